import { rolloutView } from '../../clusters/sim/argo/views.ts'
import { operate } from '../../clusters/sim/operations.ts'
import type { Remedy } from '../model/ground-truth.ts'
import { flagsFile } from './forge/forge.ts'
import { closeProposals } from './proposals-in-run.ts'
import type { Run } from './row.ts'

/** What people do by releasing, or by taking a release back. */
const byRelease: readonly Remedy[] = ['abort', 'undo', 'retry']

/** What a person does who knows the cause and that it is not the release; null where the trouble is over, whoever ended it. */
export function remedyFor({ remedied, setting: { plan }, world }: Run): Remedy | null {
  if (remedied || (plan.incident !== null && world.nowMs < plan.incident.atMs)) return null
  return plan.truth.remedies.find(remedy => !byRelease.includes(remedy)) ?? null
}

/** Of a trouble that is not the release's. */
export function applyRemedy(run: Run, remedy: Remedy): void {
  const { world, setting } = run
  run.remedied = true
  const { currentHash } = rolloutView(world.rollout)
  const { replicas = 1 } = world.rollout.spec
  const aim = { effectId: `person/${remedy}`, actor: 'human' as const, podTemplateHash: currentHash }
  if (remedy === 'scale') {
    const { scaleFactor } = setting.parameters.people
    operate(world, { ...aim, operation: remedy, replicas: Math.ceil(replicas * scaleFactor.value) })
  } else if (remedy === 'flagOff') {
    closeProposals(run, flagsFile)
    operate(world, { ...aim, operation: remedy })
  } else if (remedy === 'restart') operate(world, { ...aim, operation: remedy })
}
