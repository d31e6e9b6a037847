import type { RolloutSpec } from '../../manifests/argo-types.ts'

/** Fields of a spec that the controller honours and this simulation does not: with them it would tell another story. */
export function unsimulatedFields(spec: RolloutSpec): string[] {
  const { canary, blueGreen } = spec.strategy
  const fields: string[] = []
  if (blueGreen !== undefined) fields.push('spec.strategy.blueGreen')
  if (canary?.trafficRouting !== undefined) fields.push('spec.strategy.canary.trafficRouting')
  for (const [index, step] of (canary?.steps ?? []).entries()) {
    for (const key of ['experiment', 'plugin'] as const) {
      if (step[key] !== undefined) fields.push(`spec.strategy.canary.steps[${index}].${key}`)
    }
  }
  return fields
}
