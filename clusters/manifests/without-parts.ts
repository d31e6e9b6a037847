import type { Path } from '../../harness/model/yaml-source.ts'

/**
 * A copy of a Rollout or template without some of its parts. Where steps go that stand before the start of the background analysis, its
 * `startingStep` moves with them.
 */
export function withoutParts(value: Record<string, unknown>, parts: readonly Path[]): Record<string, unknown> {
  const copy = structuredClone(value)
  // From the end of each list, so that the indexes of what is still to go stay true.
  const index = (part: Path) => Number(part.at(-1)) || 0
  for (const part of distinct(parts).toSorted((a, b) => index(b) - index(a))) {
    const parent = part
      .slice(0, -1)
      .reduce<unknown>((node, key) => (node as Record<string | number, unknown>)[key], copy)
    const last = part.at(-1)!
    if (Array.isArray(parent)) parent.splice(Number(last), 1)
    else delete (parent as Record<string, unknown>)[last]
    if (part.slice(0, 4).join('.') === 'spec.strategy.canary.steps') moveStart(copy, Number(part[4]))
  }
  return copy
}

function distinct(parts: readonly Path[]): Path[] {
  return [...new Map(parts.map(part => [JSON.stringify(part), part])).values()]
}

function moveStart(value: unknown, removedStep: number): void {
  const { canary } = (value as { spec: { strategy: { canary: { analysis?: { startingStep?: number } } } } }).spec
    .strategy
  const start = canary.analysis?.startingStep
  if (start !== undefined && start > removedStep) canary.analysis!.startingStep = start - 1
}
