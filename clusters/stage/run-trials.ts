import { setTimeout as sleep } from 'node:timers/promises'
import { withCleanUp } from './clean-up.ts'
import type { ClusterTrial, ClusterTrialResult, TrialWorld } from './cluster-trial.ts'
import type { Namespaces } from './namespaces.ts'
import { type StagedTrial, stageTrial } from './trial.ts'
import { Unavailable } from './unavailable.ts'

export interface TrialsRun {
  readonly world: TrialWorld
  readonly namespaces: Namespaces
  readonly trials: readonly ClusterTrial[]
  /** How many play at once. */
  readonly sideBySide: number
  /** A trial has ended, in any order, `index` being its place among the trials. What this throws ends the run. */
  readonly onTrial: (result: ClusterTrialResult, index: number) => void
  /** False where the cluster is deleted next. */
  readonly closesNamespaces: boolean
}

/** What trials cost. */
export interface TrialTimes {
  /** From the run's first set-up to its last trial's result, summed over the places side by side. */
  readonly placesMs: number
  /** Horizons of the trials that got there. */
  readonly playedMs: number
}

/** A set-up takes longer than the last one did where trials are under way. */
const setUpMargin = 1.3
const firstSetUpMs = 25_000

/**
 * Runs trials on a cluster that has all that they need, each in a namespace of its own, which is closed behind it. While one plays, the
 * next is set up, to be ready when it ends; one at a time, so that pods that start disturb those that are measured as little as can be.
 */
export async function runTrials(run: TrialsRun): Promise<TrialTimes> {
  const { trials, namespaces } = run
  const stop = new AbortController()
  const signal = AbortSignal.any([run.world.signal, stop.signal])
  const world = { ...run.world, signal }
  const open = new Map<string, Promise<void> | undefined>()
  let next = 0
  let lastSetUp: Promise<unknown> = Promise.resolve()
  let setUpMs = firstSetUpMs
  let playing = 0
  let playedMs = 0
  const startedMs = performance.now()

  async function setUp(trial: ClusterTrial): Promise<StagedTrial> {
    const fromMs = performance.now()
    const namespace = await namespaces.open(signal)
    open.set(namespace, undefined)
    const staged = await stageTrial(world, trial, namespace)
    setUpMs = performance.now() - fromMs
    return staged
  }

  /** Those before the first play disturb nobody. */
  function setUpInTurn(trial: ClusterTrial): Promise<StagedTrial> {
    if (playing === 0) return setUp(trial)
    const mine = lastSetUp.then(() => setUp(trial))
    lastSetUp = mine.catch(() => undefined)
    return mine
  }

  async function play(staged: StagedTrial): Promise<void> {
    playing++
    await staged.play().finally(() => playing--)
  }

  async function conclude(staged: StagedTrial, index: number): Promise<void> {
    const result = await staged.result()
    if (result.load !== null) playedMs += result.endMs
    run.onTrial(result, index)
    if (!run.closesNamespaces) return
    const closed = namespaces.close(staged.namespace)
    closed.catch(reason => stop.abort(reason))
    open.set(staged.namespace, closed)
  }

  /** Each is tried, whatever becomes of the others. @throws what went wrong, all of it */
  async function closeAll(): Promise<void> {
    if (!run.closesNamespaces) return
    const closings = [...open].map(([namespace, closed]) => closed ?? namespaces.close(namespace))
    const reasons = (await Promise.allSettled(closings)).flatMap(closing =>
      closing.status === 'rejected' ? [(closing.reason as Error).message] : [],
    )
    if (reasons.length === 0) return
    throw new Unavailable(reasons.join('; '))
  }

  async function fillPlace(): Promise<void> {
    const concluded: Promise<void>[] = []
    let index = next++
    let staged = index < trials.length ? setUpInTurn(trials[index]!) : undefined
    while (staged !== undefined) {
      const current = await staged
      const played = play(current)
      const over = new AbortController()
      const leadMs = Math.max(0, trials[index]!.plan.horizonMs - setUpMargin * setUpMs)
      const led = sleep(leadMs, undefined, { signal: over.signal }).catch(() => undefined)
      // A timer that is left behind would keep the process for minutes.
      await Promise.race([played, led]).finally(() => over.abort())
      const following = next++
      staged = following < trials.length ? setUpInTurn(trials[following]!) : undefined
      staged?.catch(() => undefined)
      await played
      const conclusion = conclude(current, index)
      conclusion.catch(reason => stop.abort(reason))
      concluded.push(conclusion)
      index = following
    }
    await Promise.all(concluded)
  }

  const places = Array.from({ length: Math.min(run.sideBySide, trials.length) }, fillPlace)
  for (const place of places) place.catch(reason => stop.abort(reason))
  const played = async () => {
    await Promise.allSettled(places)
    signal.throwIfAborted()
    return { placesMs: places.length * (performance.now() - startedMs), playedMs }
  }
  return withCleanUp(played, closeAll, world.say)
}
