import { rolloutView } from '../../clusters/sim/argo/views.ts'
import { operate } from '../../clusters/sim/operations.ts'
import { patchValue } from '../../clusters/sim/release-patch.ts'
import { record } from '../../clusters/sim/world.ts'
import type { ForgeEvent } from './forge/forge.ts'
import { onCall, releaseKey, rollbackBot } from './forge/trial-forge.ts'
import { openPullRequest, proceedForge, pushCommit } from './forge.ts'
import type { Run } from './row.ts'

/** What somebody released. */
export interface Released {
  readonly kind: 'deploy' | 'fix' | 'retry'
  readonly value: string
  readonly atMs: number
}

/** null before the scenario's deploy. */
export function releasedOf({ released, world, setting }: Run): Released | null {
  const { deployAtMs, release } = setting.plan
  if (released !== null || deployAtMs === null || world.goodHash === '') return released
  return { kind: 'deploy', value: release.after, atMs: deployAtMs }
}

/** The value of the release's key on the cluster. */
export function liveValue({ world, setting }: Run): string {
  return patchValue(world.rollout.spec, setting.plan.release.target, setting.subject.release.variable)
}

/** The same, of the version that is to serve: after an abort that is the stable one. */
function desiredValue(run: Run): string {
  const { world, setting } = run
  const { aborted, stableHash } = rolloutView(world.rollout)
  const stable = world.rollout.revisions.find(one => one.podTemplateHash === stableHash)
  if (!aborted || stable === undefined) return liveValue(run)
  return patchValue(stable, setting.plan.release.target, setting.subject.release.variable)
}

/** What people released is out when the cluster desires it. */
export function followRelease(run: Run): void {
  const { releasing, world } = run
  if (releasing === null || liveValue(run) !== releasing.value || rolloutView(world.rollout).aborted) return
  run.released = releasing
  run.releasing = null
  run.told = false
}

/** A fix is reviewed while the incident is open; nobody hurries to release again what was taken back for nothing. */
export function propose({ forge, setting, world }: Run, kind: 'fix' | 'retry', toValue: string): void {
  const proposal = {
    author: onCall,
    title: kind === 'fix' ? 'Repair the last release' : 'Release the last change again',
    change: { ...releaseKey(setting), toValue },
    purpose: `${kind} ${forge.pullRequests.filter(one => one.purpose.startsWith(kind)).length + 1}`,
    urgent: kind === 'fix',
  }
  for (const { type, data } of openPullRequest(forge, setting.parameters.forge, proposal, world.nowMs))
    record(world, type, data as never)
}

/** The forge goes on by itself; what its pipeline has built of people's proposals is released. */
export function advanceForge(run: Run, nowMs: number): void {
  const { forge, setting, world } = run
  const purposeOf = (number: number) => forge.pullRequests[number - 1]!.purpose
  for (const event of proceedForge(forge, setting.parameters.forge, nowMs)) {
    const { type, data } = event
    if (type === 'pullRequest.merged' && purposeOf(data.number).startsWith('fix')) record(world, 'fix.merged', {})
    recordAll(run, [event])
    if (type === 'pipeline.finished' && data.ok && data.number !== null) deployBuilt(run, data.number)
  }
}

function deployBuilt(run: Run, number: number): void {
  const { forge, setting, world } = run
  const { change, purpose } = forge.pullRequests[number - 1]!
  const release = purpose.startsWith('fix') ? 'fix' : 'retry'
  const value = change.toValue
  const intent = setting.plan.release.intent?.after ?? null
  run.releasing = { kind: release, value, atMs: world.nowMs }
  const { currentHash: podTemplateHash } = rolloutView(world.rollout)
  const effectId = `person/release-the-${release}`
  operate(world, {
    actor: 'human',
    podTemplateHash,
    effectId,
    operation: 'release',
    release,
    values: { value, intent },
  })
}

/** The files get what is served after a rollback. */
export function writeBack(run: Run): void {
  const { forge, setting, world } = run
  const { file, key } = releaseKey(setting)
  const toValue = desiredValue(run)
  if (forge.files[file]?.[key] === toValue) return
  const change = { file, key, toValue }
  recordAll(run, pushCommit(forge, { author: rollbackBot, message: 'Follow the rollback', change }, world.nowMs))
}

function recordAll({ world }: Run, events: readonly ForgeEvent[]): void {
  for (const { type, data } of events) record(world, type, data as never)
}
