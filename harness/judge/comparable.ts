import type { Scenario } from '../model/scenario.ts'

/** What two runs must have in common for their figures to be about the same thing. */
export interface RunInputs {
  /** What the run is called in messages: its folder. */
  readonly name: string
  readonly version: string
  readonly backend: string
  readonly horizonMs: number
  readonly heldOut: readonly string[]
  readonly scenarios: readonly Scenario[]
  /** Plain data, of which nothing but equality matters. */
  readonly parameters: unknown
  readonly topology: unknown
  /** Rollout, templates and telemetry that the policies find; what a policy brings itself is part of it. */
  readonly subject: unknown
}

/** Paths told of each part that differs. */
const pathsTold = 3

/** Why the two cannot be compared, all reasons; none where they can. Which seeds they have is not looked at. */
export function incomparable(baseline: RunInputs, candidate: RunInputs): string[] {
  const { name: a } = baseline
  const { name: b } = candidate
  const reasons: string[] = []
  const plain = (what: string, of: (run: RunInputs) => string | number) => {
    if (of(baseline) !== of(candidate)) reasons.push(`${what}: ${of(baseline)} in ${a}, ${of(candidate)} in ${b}`)
  }
  const part = (what: string, of: (run: RunInputs) => unknown) => {
    const paths = differingPaths(of(baseline), of(candidate))
    if (paths.length > 0) reasons.push(`other ${what}: ${listed(paths)} ${paths.length === 1 ? 'differs' : 'differ'}`)
  }
  plain('version of carmine', ({ version }) => version)
  plain('backend', ({ backend }) => backend)
  plain('horizon in ms', ({ horizonMs }) => horizonMs)
  plain('held-out families', ({ heldOut }) => heldOut.toSorted().join(', ') || 'none')
  const names = (run: RunInputs) => run.scenarios.map(({ name }) => name)
  const without = (run: RunInputs, other: RunInputs) => names(run).filter(name => !names(other).includes(name))
  for (const [run, other] of [
    [baseline, candidate],
    [candidate, baseline],
  ] as const) {
    const own = without(run, other)
    if (own.length > 0)
      reasons.push(`${own.length === 1 ? 'a scenario' : 'scenarios'} only in ${run.name}: ${listed(own)}`)
  }
  for (const scenario of baseline.scenarios) {
    const other = candidate.scenarios.find(({ name }) => name === scenario.name)
    if (other !== undefined) part(`scenario ${scenario.name}`, run => (run === baseline ? scenario : other))
  }
  part('parameters', ({ parameters }) => parameters)
  part('topology', ({ topology }) => topology)
  part('manifests or telemetry', ({ subject }) => subject)
  return reasons
}

function listed(names: readonly string[]): string {
  const more = names.length - pathsTold
  return more > 0 ? `${names.slice(0, pathsTold).join(', ')} and ${more} more` : names.join(', ')
}

/** Where two trees of plain data differ; keys that hold undefined are as if they were not there, as in JSON. */
function differingPaths(a: unknown, b: unknown, path = ''): string[] {
  if (a === b) return []
  if (!isTree(a) || !isTree(b) || Array.isArray(a) !== Array.isArray(b)) return [path === '' ? 'all of it' : path]
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])]
  return keys.flatMap(key => differingPaths(a[key], b[key], path === '' ? key : `${path}.${key}`))
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
