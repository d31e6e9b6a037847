import { firstLimit } from '../../clusters/sim/argo/thresholds.ts'
import { rolloutView } from '../../clusters/sim/argo/views.ts'
import { logMessages } from '../../clusters/sim/logs.ts'
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

/** The log of a world in which nobody acts, and by default the manifests' analysis neither, to its horizon. */
export function runQuietly(setting: WorldSetting, analysis: 'live' | 'dryRun' = 'dryRun'): TrialEvent[] {
  const world = createWorld(setting, analysis)
  return finish(setting, world)
}

/** A log for each attempt, each by itself in the same world. */
export function tryRemedies(
  setting: WorldSetting,
  attempts: readonly Attempt[],
  analysis: 'live' | 'dryRun' = 'dryRun',
): TrialEvent[][] {
  const trunk = createWorld(setting, analysis)
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
  if ((plan.incident?.behaviour ?? plan.behaviour).warningsPerRequest > 0)
    attempts.push({ remedy: 'quietLog', atMs: soonMs })
  return [...attempts, ...(['scale', 'restart', 'restartPod'] as const).map(remedy => ({ remedy, atMs: soonMs }))]
}

export function nextCell(t: number): number {
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

/** One pod after the other is restarted, each when the one before it has been replaced. */
const betweenPodsMs = 30_000

/** Releases come again when a limit has been widened. */
const releasedAgainAfterMs = 5000

/** Less than twice the limit, as the safe class has it. */
const widenedBy = 1.9

function begin(setting: WorldSetting, world: World, remedy: Remedy): void {
  const { currentHash } = rolloutView(world.rollout)
  const { replicas = 1 } = world.rollout.spec
  const aim = { effectId: 'clairvoyant/0', actor: 'engine' as const, podTemplateHash: currentHash }
  switch (remedy) {
    case 'undo':
      operate(world, { ...aim, operation: remedy, toHash: world.goodHash })
      break
    case 'scale': {
      const { value: factor } = setting.parameters.people.scaleFactor
      operate(world, { ...aim, operation: remedy, replicas: Math.ceil(replicas * factor) })
      break
    }
    case 'restartPod':
      for (const { name: pod } of world.pods.toSorted((a, b) => b.served - a.served)) {
        operate(world, { ...aim, operation: remedy, pod })
        playTo(setting, world, world.nowMs + betweenPodsMs)
      }
      break
    case 'widenThreshold': {
      const { template, metric, value } = firstLimit(world.rollout.templates)!
      operate(world, { ...aim, operation: remedy, template, metric, toValue: value * widenedBy })
      playTo(setting, world, world.nowMs + releasedAgainAfterMs)
      operate(world, { ...aim, effectId: 'clairvoyant/1', operation: 'retry' })
      break
    }
    case 'quietLog':
      operate(world, { ...aim, operation: remedy, message: logMessages.deprecated, quiet: true })
      break
    default:
      operate(world, { ...aim, operation: remedy })
  }
}

function playTo(setting: WorldSetting, world: World, t: number): void {
  while (nextEventMs(world) <= t) advance(setting, world)
  world.nowMs = t
}

function finish(setting: WorldSetting, world: World): TrialEvent[] {
  playTo(setting, world, setting.plan.endMs)
  record(world, 'trial.ended', {})
  return [...readEvents(framesOf(world.log))]
}
