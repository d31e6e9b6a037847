import type { RolloutSpec } from './argo-types.ts'
import type { ManifestObject } from './manifest-object.ts'
import { type Report, tell } from './report.ts'

type Labels = Readonly<Record<string, string>>

/** The selector of a Rollout must be there and match the labels of its pods. */
export function checkSelector(report: Report, object: ManifestObject, spec: RolloutSpec): void {
  const { matchLabels = {} } = spec.selector ?? {}
  if (Object.keys(matchLabels).length === 0) {
    const message = `\`spec.selector\` ${spec.selector === undefined ? 'is missing' : 'has no matchLabels'}`
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
}

/** Whether a plain selector, as a Service has it, picks pods with these labels. An empty one picks none. */
export function selects(selector: Labels, labels: Labels): boolean {
  const wanted = Object.entries(selector)
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value)
}
