import { rolloutView } from '../../clusters/sim/argo/views.ts'
import { operate } from '../../clusters/sim/operations.ts'
import { advance, createWorld, nextEventMs } from '../../clusters/sim/simulator.ts'
import { cellMs } from '../../clusters/sim/subject/cell.ts'
import { cloneWorld, record, type World } from '../../clusters/sim/world.ts'
import type { WorldSetting } from '../../clusters/sim/world-setting.ts'
import { foldTouches } from '../judge/touches.ts'
import type { TrialEvent } from '../model/event.ts'
import type { Remedy } from '../model/ground-truth.ts'
import type { TrialPlan } from '../model/trial.ts'
import { framesOf, readEvents } from '../model/trial-log.ts'

/** The trial as it would be without luck: requests come as expected, and none fails by itself. The fault stays as the seed drew it. */
export function quiet(plan: TrialPlan, horizonMs: number): TrialPlan {
  return { ...plan, noiseFree: true, decoy: null, horizonMs, endMs: horizonMs }
}

/** A remedy that a clairvoyant hand begins at a time. */
export interface Attempt {
  readonly remedy: Remedy
  readonly atMs: number
}

/** The log of a world in which nobody acts, the manifests' analysis neither, to its horizon. */
export function runQuietly(setting: WorldSetting): TrialEvent[] {
  const world = createWorld(setting, 'dryRun')
  return finish(setting, world)
}

/** A log for each attempt, each by itself in the same world. */
export function tryRemedies(setting: WorldSetting, attempts: readonly Attempt[]): TrialEvent[][] {
  const trunk = createWorld(setting, 'dryRun')
  const logs = new Map<Attempt, TrialEvent[]>()
  for (const attempt of attempts.toSorted((a, b) => a.atMs - b.atMs)) {
    while (nextEventMs(trunk) <= attempt.atMs) advance(setting, trunk)
    const world = cloneWorld(trunk)
    world.nowMs = attempt.atMs
    begin(setting, world, attempt.remedy)
    logs.set(attempt, finish(setting, world))
  }
  return attempts.map(attempt => logs.get(attempt)!)
}

/**
 * When to begin each remedy that can be tried. At the end of the cell of onset; an undo not before the deploy is promoted, where it ever
 * is; an abort before it is, as nothing can be aborted later.
 * @param faulty log of the null run, which tells onset and promotion
 */
export function attemptsOf(plan: TrialPlan, faulty: readonly TrialEvent[]): Attempt[] {
  const { firstMs: onsetMs } = foldTouches(faulty, Number.NEGATIVE_INFINITY)
  if (onsetMs === null) return []
  const soonMs = nextCell(onsetMs)
  const deployedMs = faulty.find(({ type, data }) => type === 'release.updated' && data.release === 'deploy')?.t
  const attempts: Attempt[] = []
  if (deployedMs !== undefined && deployedMs < soonMs) {
    const promotedMs = promotionMs(faulty)
    const lastChanceMs = promotedMs === undefined ? soonMs : nextCell(promotedMs) - 2 * cellMs
    attempts.push({ remedy: 'abort', atMs: Math.min(soonMs, lastChanceMs) })
    attempts.push({ remedy: 'undo', atMs: promotedMs === undefined ? soonMs : Math.max(soonMs, nextCell(promotedMs)) })
  }
  if ((plan.incident?.flag ?? null) !== null) attempts.push({ remedy: 'flagOff', atMs: soonMs })
  return [...attempts, { remedy: 'scale', atMs: soonMs }, { remedy: 'restart', atMs: soonMs }]
}

function nextCell(t: number): number {
  return (Math.floor(t / cellMs) + 1) * cellMs
}

/** When the deployed version became the stable one; undefined where it does not. */
function promotionMs(events: readonly TrialEvent[]): number | undefined {
  let hash: string | undefined
  for (const { t, type, data } of events) {
    if (type === 'release.updated' && data.release === 'deploy') hash = data.podTemplateHash
    if (type === 'rollout.changed' && data.stableHash === hash) return t
  }
  return undefined
}

function begin({ parameters }: WorldSetting, world: World, remedy: Remedy): void {
  const { currentHash } = rolloutView(world.rollout)
  const { replicas = 1 } = world.rollout.spec
  const aim = { effectId: 'clairvoyant/0', actor: 'engine' as const, podTemplateHash: currentHash }
  if (remedy === 'undo') operate(world, { ...aim, operation: remedy, toHash: world.goodHash })
  else if (remedy === 'scale')
    operate(world, { ...aim, operation: remedy, replicas: Math.ceil(replicas * parameters.people.scaleFactor.value) })
  else operate(world, { ...aim, operation: remedy as 'abort' })
}

function finish(setting: WorldSetting, world: World): TrialEvent[] {
  const { endMs } = setting.plan
  while (nextEventMs(world) <= endMs) advance(setting, world)
  world.nowMs = endMs
  record(world, 'trial.ended', {})
  return [...readEvents(framesOf(world.log))]
}
