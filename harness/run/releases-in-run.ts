import { rolloutView } from '../../clusters/sim/argo/views.ts'
import { operate, type ReleaseValues } from '../../clusters/sim/operations.ts'
import { patchValue } from '../../clusters/sim/release-patch.ts'
import { record } from '../../clusters/sim/world.ts'
import { type ForgeEvent, flagsFile, nextPurpose, type PipelineRun } from './forge/forge.ts'
import { kindOf, type ReleaseKind, releaseChanges, valuesIn } from './forge/release-content.ts'
import { onCall } from './forge/trial-forge.ts'
import { openPullRequest, pipelinesOf, proceedForge, releaseAgain } from './forge.ts'
import { followProposal, tell, wouldHeal } from './proposals-in-run.ts'
import type { Run } from './row.ts'

/** What somebody released. */
export interface Released {
  readonly kind: 'deploy' | ReleaseKind
  readonly values: ReleaseValues
  readonly atMs: number
}

/** null before the scenario's deploy. */
export function releasedOf({ released, world, setting }: Run): Released | null {
  const { deployAtMs, release } = setting.plan
  if (released !== null || deployAtMs === null || world.goodHash === '') return released
  const values = { value: release.after, intent: release.intent?.after ?? null }
  return { kind: 'deploy', values, atMs: deployAtMs }
}

/** Whether the cluster desires these values. */
export function isLive(run: Run, values: ReleaseValues): boolean {
  return !rolloutView(run.world.rollout).aborted && isInSpec(run, values)
}

function isInSpec({ world, setting }: Run, { value, intent }: ReleaseValues): boolean {
  const { target } = setting.plan.release
  const { variable } = setting.subject.release
  const { spec } = world.rollout
  return (
    patchValue(spec, target, variable) === value && (intent === null || patchValue(spec, 'env', variable) === intent)
  )
}

/** What people released is out when the cluster desires it. */
export function followRelease(run: Run): void {
  const { releasing } = run
  if (releasing === null || !isLive(run, releasing.values)) return
  run.released = releasing
  run.releasing = null
  // Whoever has taken a release back by review knows of it.
  run.told = releasing.kind === 'revert'
}

/** A repair, or the release as it was, is on its way to the cluster. */
export function isReleaseUnderWay({ releasing, forge, setting }: Run): boolean {
  if (releasing !== null && releasing.kind !== 'revert') return true
  const { file } = setting.subject.release
  return (
    pipelinesOf(forge, file).some(({ contents }) => kindOf(setting.plan, valuesIn(setting, contents)) !== 'revert') ||
    forge.pullRequests.some(({ author, state }) => author === onCall && state === 'open')
  )
}

/** People repair the release; what it is for stays or comes back. */
export function proposeFix(run: Run): void {
  const { repaired, intent } = run.setting.plan.release
  propose(run, 'fix', 'Repair the last release', { value: repaired, intent: intent?.after ?? null })
}

/**
 * A good release that was taken back on the cluster stands in the files as before, and is released from there; one that was taken back
 * there too has to be proposed again, and nobody hurries to review it.
 */
export function releaseOnceMore(run: Run): void {
  const { forge, setting, world } = run
  const { release } = setting.plan
  const { file } = setting.subject.release
  const contents = forge.files[file] ?? {}
  if (kindOf(setting.plan, valuesIn(setting, contents)) === 'revert') {
    propose(run, 'retry', 'Release the last change again', {
      value: release.after,
      intent: release.intent?.after ?? null,
    })
    return
  }
  const values = valuesIn(setting, contents)
  if (!isInSpec(run, values)) {
    releaseAgain(forge, setting.parameters.forge, file, world.nowMs)
    return
  }
  // The same manifest once more would change nothing of an aborted rollout: it has to be told to try again.
  const podTemplateHash = rolloutView(world.rollout).currentHash
  run.releasing = { kind: kindOf(setting.plan, values), values, atMs: world.nowMs }
  letGoOn(run)
  operate(world, { effectId: 'person/retry', actor: 'human', podTemplateHash, operation: 'retry' })
}

/** What people release, or are done with, does not stay held by what held it, or the version before it. */
export function letGoOn({ world }: Run): void {
  const { held, currentHash: podTemplateHash } = rolloutView(world.rollout)
  if (held) operate(world, { actor: 'human', podTemplateHash, effectId: 'person/resume', operation: 'resume' })
}

function propose(run: Run, kind: 'fix' | 'retry', title: string, values: ReleaseValues): void {
  const { forge, setting, world } = run
  const contents = forge.files[setting.subject.release.file] ?? {}
  const changes = releaseChanges(setting, values).filter(({ key, toValue }) => contents[key] !== toValue)
  if (changes.length === 0) return
  const rest = { description: '', effectId: null, builds: true, urgent: kind === 'fix' }
  const proposal = { ...rest, author: onCall, title, changes, purpose: nextPurpose(forge, kind) }
  recordAll(run, [openPullRequest(forge, setting.parameters.forge, proposal, world.nowMs)])
}

/** The forge goes on by itself; what its pipeline has built is released. */
export function advanceForge(run: Run, nowMs: number): void {
  const { forge, setting, world } = run
  const runs = forge.pipelines.filter(({ endsAtMs }) => endsAtMs === nowMs)
  const awaited = forge.pullRequests.filter(({ state, released }) => state === 'merged' && !released)
  for (const event of proceedForge(forge, setting.parameters.forge, nowMs, one => wouldHeal(run, one))) {
    const { type, data } = event
    if (type === 'pullRequest.merged' && isFix(run, data.number)) record(world, 'fix.merged', {})
    recordAll(run, [event])
    if (type === 'pipeline.finished' && data.ok) {
      const built = runs.find(({ sha, attempt }) => sha === data.sha && attempt === data.attempt)!
      if (built.purpose !== '') deployBuilt(run, built)
    }
    followProposal(run, event)
  }
  for (const { number, released } of awaited) if (released) tell(run, number, 'released')
}

/** Whether the merged contents bring the intended change, repaired. */
function isFix({ forge, setting }: Run, number: number): boolean {
  const { changes } = forge.pullRequests[number - 1]!
  const { file } = setting.subject.release
  if (changes.every(change => change.file !== file)) return false
  return kindOf(setting.plan, valuesIn(setting, forge.files[file] ?? {})) === 'fix'
}

function deployBuilt(run: Run, { file, contents }: PipelineRun): void {
  const { setting, world } = run
  const { plan, subject } = setting
  const aim = { actor: 'human' as const, podTemplateHash: rolloutView(world.rollout).currentHash }
  if (file === flagsFile) {
    const flag = plan.incident?.flag ?? null
    if (flag !== null && world.incidentOn && contents[flag.name] === flag.before)
      operate(world, { ...aim, effectId: 'person/flagOff', operation: 'flagOff' })
    return
  }
  if (file !== subject.release.file) return
  const values = valuesIn(setting, contents)
  const release = kindOf(plan, values)
  run.releasing = { kind: release, values, atMs: world.nowMs }
  letGoOn(run)
  operate(world, { ...aim, effectId: `person/release-the-${release}`, operation: 'release', release, values })
}

function recordAll({ world }: Run, events: readonly ForgeEvent[]): void {
  for (const { type, data } of events) record(world, type, data as never)
}
