import type { Proposal } from '../../harness/model/effect.ts'
import type { RolloutObject } from './objects.ts'
import { templateValues } from './tools/template-values.ts'

/** A proposal as it can be applied: what it says, and a JSON patch of the Rollout for `kubectl patch --type json`. */
export interface KeptProposal {
  /** Counts from 1. */
  readonly number: number
  readonly proposal: Proposal
  /** `rollout` */
  readonly name: string
  /** null: the Rollout does not hold what is to be changed. */
  readonly patch: readonly object[] | null
}

/** The changes of a proposal as a JSON patch, which tests what it replaces: it does nothing to a Rollout that has gone on. */
export function proposalPatch(
  { spec }: Pick<RolloutObject, 'spec'>,
  { changes }: Pick<Proposal, 'changes'>,
): KeptProposal['patch'] {
  const values = templateValues(spec.template)
  const below = (pointer: string) => `/spec/template${pointer}`
  const operations = changes.map(({ key, fromValue, toValue }) => {
    const found = values.find(one => one.key === key && one.value === fromValue)
    if (found === undefined) return null
    const path = below(found.pointer)
    const named = found.test && { op: 'test', path: below(found.test.pointer), value: found.test.value }
    const patch = [
      { op: 'test', path, value: fromValue },
      { op: 'replace', path, value: toValue },
    ]
    return named === null ? patch : [named, ...patch]
  })
  return operations.includes(null) ? null : operations.flatMap(operation => operation ?? [])
}
