import { levels } from '../model/effect.ts'
import { InvalidInput, nearest } from '../model/problem.ts'
import { type Scenario, variants, variantsOf } from '../model/scenario.ts'
import { maxSeed, maxSeeds } from '../model/seed.ts'
import { runTrial } from '../run/run-unit.ts'
import type { SuitePlan } from '../run/suite-plan.ts'
import { actingLevel } from './load/load-plan.ts'

/** A trial of a plan run again by its id, and its scenario. @throws InvalidInput where the plan has no such trial */
export function remakeTrial(plan: SuitePlan, id: string): ReturnType<typeof runTrial> & { readonly spec: Scenario } {
  const { scenario, variant, policy, level, seed } = parseTrialId(id)
  const rows = plan.groups.flatMap(group => group.rows)
  const acting = rows.some(row => row.policy === policy && row.level === level) ? level : actingLevel(level)
  if (!rows.some(row => row.policy === policy && row.level === acting)) {
    const known = [...new Set(rows.map(row => `${row.policy} at ${row.level}`))].join(', ')
    const hint = rows.some(row => row.policy === policy) ? undefined : 'name the file of your own with --policy'
    throw invalidId(id, `the suite runs no policy \`${policy}\` at ${level}; it has ${known}`, hint)
  }
  const index = plan.scenarios.findIndex(({ name }) => name === scenario)
  const spec = plan.scenarios[index]
  if (spec === undefined) {
    const near = nearest(
      scenario,
      plan.scenarios.map(({ name }) => name),
    )
    throw invalidId(id, `the run has no scenario \`${scenario}\``, near && `did you mean \`${near}\`?`)
  }
  const known = variantsOf(spec)
  if (!known.includes(variant))
    throw invalidId(id, `\`${scenario}\` has no variant \`${variant}\`; it has ${known.join(', ')}`)
  return { ...runTrial(plan, { index: 0, scenario: index, variant, seed }, { policy, level: acting }), spec }
}

/** @throws InvalidInput where it names no trial. */
export function parseTrialId(id: string) {
  const [scenario = '', variantText, policy = '', levelText, seedText = ''] = id.split('/')
  const variant = variants.find(one => one === variantText)
  const level = levels.find(one => one === levelText)
  if (variant === undefined || level === undefined || !/^\d+$/.test(seedText)) {
    throw invalidId(id, 'a trial is named scenario/variant/policy/level/seed, such as error-ratio/faulty/careful/L1/7')
  }
  const seed = Number(seedText)
  if (seed < 1 || seed > maxSeed + maxSeeds) throw invalidId(id, `a seed is a whole number from 1 to ${maxSeed}`)
  return { scenario, variant, policy, level, seed }
}

function invalidId(id: string, message: string, hint?: string): InvalidInput {
  const problem = { file: id, line: 1, column: 1, message, severity: 'error' as const }
  return new InvalidInput([hint === undefined ? problem : { ...problem, hint }])
}
