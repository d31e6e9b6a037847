import type { Summary } from '../harness/judge/summary.ts'
import { type Criterion, parseCriterion } from '../harness/model/criterion.ts'

/** What bounds each criterion, in its measure's unit; null where the text is of another version, which reads criteria otherwise. */
export function limitsOf({ criteria }: Pick<Summary, 'criteria'>): (Pick<Criterion, 'operator' | 'bound'> | null)[] {
  return criteria.map(one => {
    const { criterion } = parseCriterion(one.criterion)
    return criterion === undefined ? null : { operator: criterion.operator, bound: criterion.bound }
  })
}
