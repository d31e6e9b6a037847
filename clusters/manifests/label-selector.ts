import type { RolloutSpec } from './argo-types.ts'
import type { ManifestObject } from './manifest-object.ts'
import { type Report, tell } from './report.ts'

interface Requirement {
  readonly key: string
  readonly operator: string
  readonly values?: readonly string[]
}

type Labels = Readonly<Record<string, string>>

/** The selector of a Rollout must be there and match the labels of its pods. */
export function checkSelector(report: Report, object: ManifestObject, spec: RolloutSpec): void {
  const selector = spec.selector as { matchLabels?: Labels; matchExpressions?: readonly Requirement[] } | undefined
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {}
  if ('workloadRef' in spec) return
  if (Object.keys(matchLabels).length + matchExpressions.length === 0) {
    const message = selector === undefined ? '`spec.selector` is missing' : '`spec.selector` is empty'
    tell(report, object, ['spec', 'selector'], message)
    return
  }
  const labels = spec.template?.metadata?.labels ?? {}
  for (const [key, value] of Object.entries(matchLabels)) {
    if (labels[key] === value) continue
    const has = labels[key] === undefined ? 'do not have' : `have as \`${labels[key]}\``
    const message = `the selector wants the label \`${key}: ${value}\`, which the pods of the template ${has}`
    tell(report, object, ['spec', 'selector', 'matchLabels', key], message)
  }
  for (const [index, requirement] of matchExpressions.entries()) {
    const path = ['spec', 'selector', 'matchExpressions', index]
    const met = meets(labels, requirement)
    if (met === undefined) {
      const message = `\`operator\`: expected one of In, NotIn, Exists, DoesNotExist, got \`${requirement.operator}\``
      tell(report, object, [...path, 'operator'], message)
    } else if (!met) {
      tell(
        report,
        object,
        path,
        `the labels of the template's pods do not meet this requirement on \`${requirement.key}\``,
      )
    }
  }
}

/** Whether a plain selector, as a Service has it, picks pods with these labels. An empty one picks none. */
export function selects(selector: Labels, labels: Labels): boolean {
  const wanted = Object.entries(selector)
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value)
}

function meets(labels: Labels, { key, operator, values = [] }: Requirement): boolean | undefined {
  const value = labels[key]
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    default:
      return undefined
  }
}
