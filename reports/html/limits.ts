import type { Summary } from '../../harness/judge/summary.ts'
import { type Criterion, parseCriterion } from '../../harness/model/criterion.ts'

/** What bounds a criterion, in its measure's unit. */
export type Limit = Pick<Criterion, 'operator' | 'bound'>

/** Of each criterion in its place; null where the text is of another version, which reads criteria otherwise. */
export function limitsOf({ criteria }: Pick<Summary, 'criteria'>): (Limit | null)[] {
  return criteria.map(one => {
    const { criterion } = parseCriterion(one.criterion)
    return criterion === undefined ? null : { operator: criterion.operator, bound: criterion.bound }
  })
}
