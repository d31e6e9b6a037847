import { type Criterion, parseCriterion } from '../../model/criterion.ts'
import type { Level } from '../../model/effect.ts'
import { didYouMean, type Problem } from '../../model/problem.ts'
import type { Scenario } from '../../model/scenario.ts'
import type { Suite } from '../../model/suite.ts'
import { problemAt } from '../../model/yaml-source.ts'
import type { Loaded } from './documents.ts'
import type { PlanOptions } from './load-plan.ts'

/** What a run has that criteria can be about. */
export interface Decidable {
  readonly levels: readonly Level[]
  readonly scenarios: readonly Pick<Scenario, 'name' | 'family'>[]
  /** Instead of the suite's own. */
  readonly isChosen: { readonly levels: boolean; readonly scenarios: boolean }
}

interface Fault {
  readonly offset: number
  readonly message: string
  readonly hint?: string | undefined
}

/**
 * The suite's criteria and those of the command line. Criteria of the suite about a level, or a scenario, that the command line left out
 * are left out too, with a warning; all others have to be about something that the run has.
 */
export function loadCriteria(
  { document, value }: Pick<Loaded<{ spec: Pick<Suite, 'criteria' | 'levels'> }>, 'document' | 'value'>,
  { criteria = [], replacesCriteria = false }: Pick<PlanOptions, 'criteria' | 'replacesCriteria'>,
  run: Decidable,
  problems: Problem[],
): Criterion[] {
  const leftOut: { readonly i: number; readonly criterion: Criterion }[] = []
  const own = (replacesCriteria ? [] : value.spec.criteria).filter((criterion, i) => {
    const written = (document.value as { spec: { criteria: string[] } }).spec.criteria[i]!
    const faults = faultsOf(criterion, written, run)
    const isByChoice =
      (run.isChosen.levels && value.spec.levels.includes(criterion.level) && !run.levels.includes(criterion.level)) ||
      (run.isChosen.scenarios && criterion.of !== null)
    if (faults.length > 0 && isByChoice) leftOut.push({ i, criterion })
    else
      for (const { offset, message, hint } of faults)
        problems.push(problemAt(document, ['spec', 'criteria', i], message, { offset, hint }))
    return faults.length === 0
  })
  if (leftOut.length > 0) {
    const message = `left out, as the run has nothing to decide them on: ${leftOut.map(({ criterion }) => criterion.text).join('; ')}`
    problems.push(problemAt(document, ['spec', 'criteria', leftOut[0]!.i], message, { severity: 'warning' }))
  }
  const added = criteria.flatMap((text, i): Criterion[] => {
    const { criterion, faults } = parseCriterion(text)
    const all: readonly Fault[] = criterion === undefined ? faults : faultsOf(criterion, text, run)
    for (const { offset, message, hint } of all)
      problems.push({
        file: '--criterion',
        line: i + 1,
        column: offset + 1,
        message,
        severity: 'error',
        ...(hint === undefined ? {} : { hint }),
      })
    return criterion === undefined ? [] : [criterion]
  })
  return [...new Map([...own, ...added].map(criterion => [criterion.text, criterion])).values()]
}

/** @param text as it was written, spaces and all */
function faultsOf({ level, of }: Criterion, text: string, { levels, scenarios }: Decidable): Fault[] {
  const faults: Fault[] = levels.includes(level)
    ? []
    : [{ offset: text.indexOf(level), message: `the run has no level ${level}`, hint: `it has ${levels.join(', ')}` }]
  if (of === null) return faults
  const families = [...new Set(scenarios.map(({ family }) => family))]
  const names = scenarios.map(({ name }) => name)
  const [known, others] = of.type === 'family' ? [families, names] : [names, families]
  if (known.includes(of.name)) return faults
  const other = of.type === 'family' ? `in scenario ${of.name}` : `in ${of.name}`
  const hint = others.includes(of.name)
    ? `did you mean \`${other}\`?`
    : (didYouMean(of.name, known) ?? `it has ${known.join(', ')}`)
  faults.push({ offset: text.lastIndexOf(of.name), message: `the run has no ${of.type} \`${of.name}\``, hint })
  return faults
}
