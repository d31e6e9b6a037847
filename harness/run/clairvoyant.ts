import { rolloutView } from '../../clusters/sim/argo/views.ts'
import { logMessages } from '../../clusters/sim/logs.ts'
import { type Operation, operate } from '../../clusters/sim/operations.ts'
import { nextEventMs } from '../../clusters/sim/simulator.ts'
import { cellMs } from '../../clusters/sim/subject/cell.ts'
import type { World } from '../../clusters/sim/world.ts'
import { feltShare, foldTouches, touchTypes } from '../judge/touches.ts'
import type { Remedy } from '../model/ground-truth.ts'
import { framesOf, readEvents } from '../model/trial-log.ts'
import { isWorn } from './remedies-in-run.ts'
import { cloneRun, finishRun, nextStepMs, playTo, type Run, stepRun } from './row.ts'

/**
 * When the `clairvoyant` anchor acts: at the end of the cell of onset, the first in which a request or a pod is touched; null while none
 * is. The first answer stands, as touched pods stay touched.
 */
export function foreseenMs({ setting, world }: Pick<Run, 'setting' | 'world'>): number | null {
  const { cell, touchedPods, nowMs } = world
  const lacksCapacity = (setting.plan.incident?.behaviour.capacityFactor ?? 1) < 1
  const badMin = lacksCapacity && cell !== null ? feltShare * cell.requests : 0
  const onsetMs =
    cell !== null && cell.touched > 0 && cell.bad >= badMin ? cell.startMs : touchedPods.length > 0 ? nowMs : null
  const atMs = onsetMs === null ? null : (Math.floor(onsetMs / cellMs) + 1) * cellMs
  return atMs === null || atMs > setting.plan.horizonMs ? null : atMs
}

/** Whether it is time: after what the world does at the same time, before what people do. */
export function isForeseen(run: Run, atMs: number | null): boolean {
  return atMs !== null && atMs <= nextStepMs(run) && atMs < nextEventMs(run.world)
}

/** The anchor by itself, from the trial's start: what `foresee` finds when it is time. */
export function finishForeseen(run: Run): Run {
  let atMs = foreseenMs(run)
  while (nextStepMs(run) <= run.setting.plan.endMs) {
    if (isForeseen(run, atMs)) return foresee(run, atMs!)
    stepRun(run)
    atMs ??= foreseenMs(run)
  }
  finishRun(run)
  return run
}

/**
 * Tries each remedy of the ground truth, and to leave everything as it is, each to the trial's end and with the time that it takes to be
 * carried out.
 * @param run where it is now `atMs`; it is not changed
 * @returns the finished run with the fewest bad requests up to the horizon, of equal ones that which recovers first, then the first
 */
export function foresee(run: Run, atMs: number): Run {
  const { remedies } = run.setting.plan.truth
  const attempts: ((world: World) => void)[] = [
    ...remedies
      .flatMap(remedy => operationsOf(run, remedy))
      .map(many => (world: World) => {
        for (const operation of many) operate(world, operation)
      }),
    () => {},
  ]
  let best: { own: Run; badRequests: number; overMs: number } | undefined
  for (const attempt of attempts) {
    const own = cloneRun(run)
    own.world.nowMs = atMs
    // It gives no reasons: nobody is told, and nobody repairs anything.
    own.told = true
    attempt(own.world)
    if (isWorse(own, best?.badRequests ?? Infinity)) continue
    finishRun(own)
    const events = [...readEvents(framesOf(own.world.log), touchTypes)]
    const { badRequests, lastMs, stillTouched } = foldTouches(events, Number.NEGATIVE_INFINITY)
    const overMs = stillTouched ? Infinity : lastMs
    if (
      best === undefined ||
      badRequests < best.badRequests ||
      (badRequests === best.badRequests && overMs < best.overMs)
    )
      best = { own, badRequests, overMs }
  }
  return best!.own
}

/** How often an attempt is compared with the best one so far. */
const betweenMs = 60_000

/** Plays an attempt to the horizon, unless more requests are bad before: then it is given up. */
function isWorse(run: Run, least: number): boolean {
  const { world, setting } = run
  let badRequests = 0
  let read = 0
  for (let t = world.nowMs; t < setting.plan.horizonMs; t += betweenMs) {
    playTo(run, t)
    const frames = framesOf(world.log)
    for (const event of readEvents(frames.subarray(read), ['truth.cell']))
      if (event.type === 'truth.cell') badRequests += event.data.bad
    read = frames.length
    if (badRequests > least) return true
  }
  return false
}

/** How a remedy can be carried out: each way is a list of operations that begin together; none where there is no way yet. */
function operationsOf(run: Run, remedy: Remedy): Operation[][] {
  const { world, setting } = run
  const { currentHash, stableHash } = rolloutView(world.rollout)
  const { replicas = 1 } = world.rollout.spec
  const aim = { effectId: 'clairvoyant/0', actor: 'engine' as const, podTemplateHash: currentHash }
  switch (remedy) {
    case 'abort':
      return currentHash === stableHash ? [] : [[{ ...aim, operation: remedy }]]
    case 'undo':
      return [[{ ...aim, operation: remedy, toHash: world.goodHash }]]
    case 'flagOff':
    case 'restart':
      return [[{ ...aim, operation: remedy }]]
    case 'scale': {
      const factor = setting.parameters.people.scaleFactor.value
      return scaleSteps.map(steps => [{ ...aim, operation: remedy, replicas: Math.ceil(replicas * factor ** steps) }])
    }
    case 'restartPod':
      return [
        illPods(run).map((pod, i) => ({ ...aim, effectId: `clairvoyant/${i}`, operation: remedy, pod })),
        [{ ...aim, operation: 'restart' }],
      ]
    case 'quietLog':
      return [[{ ...aim, operation: remedy, message: logMessages.deprecated, quiet: true }]]
    // They help a release that is stopped, and none is where the analysis runs dry.
    case 'widenThreshold':
    case 'retry':
      return []
  }
}

function illPods(run: Run): string[] {
  const { pods, touchedPods } = run.world
  return pods.filter(pod => isWorn(run, pod) || touchedPods.includes(pod.name)).map(({ name }) => name)
}

/** As much as people scale, and once more: what a policy may do at most in half an hour. */
const scaleSteps = [1, 2] as const
