import { type Level, levels } from '../../model/effect.ts'
import { InvalidInput, type Problem } from '../../model/problem.ts'
import { levelBelow, type PromotionSpec, promotionDocument } from '../../model/promotion.ts'
import { scenarioDocument } from '../../model/scenario.ts'
import { suiteDocument } from '../../model/suite.ts'
import { problemAt, type SourceDocument } from '../../model/yaml-source.ts'
import { type Loaded, loadDocument, optionMention } from './documents.ts'
import { loadCriteria } from './load-criteria.ts'

/**
 * What each step from a level up to another takes, the lowest first.
 * @param own files that go before the shipped promotion to their level
 * @throws InvalidInput with all problems
 */
export function loadPromotions(from: Level, to: Level, own: readonly string[]): Loaded<{ spec: PromotionSpec }>[] {
  const problems: Problem[] = []
  const load = (word: string) =>
    loadDocument('promotion', optionMention('--promotion', word), promotionDocument, problems)
  const given = own.flatMap(word => load(word) ?? [])
  const steps = levels
    .slice(levels.indexOf(from) + 1, levels.indexOf(to) + 1)
    .flatMap(level => given.find(({ value }) => value.spec.level === level) ?? load(level.toLowerCase()) ?? [])
  for (const step of given.filter(one => !steps.includes(one)))
    problems.push(
      problemAt(step.document, ['spec', 'level'], `${step.value.spec.level} is no step from ${from} to ${to}`),
    )
  for (const { document } of steps) problems.push(...promotionProblems(document))
  if (problems.length > 0) throw new InvalidInput(problems)
  return steps
}

/** Criteria have to be about the two levels, and about families and scenarios of the suite. */
export function promotionProblems(document: SourceDocument): Problem[] {
  const { spec } = promotionDocument.parse(document.value)
  const problems: Problem[] = []
  const mention = {
    word: spec.suite,
    complain: (message: string, hint: string | undefined) => problemAt(document, ['spec', 'suite'], message, { hint }),
  }
  const suite = loadDocument('suites', mention, suiteDocument, problems)
  if (suite === undefined) return problems
  const scenarios = suite.value.spec.scenarios.flatMap(name => {
    const loaded = loadDocument('catalogue', optionMention(spec.suite, name), scenarioDocument, problems)
    return loaded === undefined ? [] : [{ name: loaded.name, family: loaded.value.spec.family }]
  })
  if (problems.length > 0) return problems
  const ofStep = [levelBelow(spec.level), spec.level]
  const value = { spec: { criteria: spec.criteria, levels: ofStep } }
  const run = { levels: ofStep, scenarios, isChosen: { levels: false, scenarios: false } }
  loadCriteria({ document, value }, {}, run, problems)
  return problems
}
