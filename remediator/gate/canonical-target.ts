import { type Finding, unless } from './finding.ts'
import type { Situation } from './situation.ts'

/** Only the Rollout under test, and the templates that the baseline knows. */
export function judgeTarget({ action: { target }, facts }: Situation): Finding[] {
  const { namespace, rollout, baseline } = facts
  const findings = unless(
    target.namespace === namespace,
    'target',
    `namespace ${target.namespace}, not ${namespace}`,
    true,
  )
  if (target.kind === 'Rollout' && rollout !== null) {
    findings.push(...unless(target.name === rollout.name, 'target', `${target.name} is not under test`, true))
  }
  if (target.kind === 'AnalysisTemplate' && baseline !== null) {
    const isKnown = baseline.thresholds.some(({ template }) => template === target.name)
    findings.push(...unless(isKnown, 'target', `${target.name} is not among the baseline's templates`, true))
  }
  return findings
}
