import { renderPostmortems } from '../../../reports/postmortem.ts'
import { instantsOf } from '../../../reports/timeline/moments.ts'
import { failureOf } from '../../judge/failing.ts'
import type { TrialFacts } from '../../judge/instants.ts'
import { levels } from '../../model/effect.ts'
import { InvalidInput } from '../../model/problem.ts'
import { truthOf, variants, variantsOf } from '../../model/scenario.ts'
import { maxSeed, maxSeeds } from '../../model/seed.ts'
import { readEvents } from '../../model/trial-log.ts'
import { runTrial } from '../../run/run-unit.ts'
import type { SuitePlan } from '../../run/suite-plan.ts'
import type { CommandContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { actingLevel, loadPlan, type PlanOptions } from '../load/load-plan.ts'
import { ndjson } from '../run-folder.ts'
import { writeLog } from '../show-log.ts'
import { planOptions, type RunOptions } from './run.ts'

export interface ReplayOptions
  extends Omit<
    RunOptions,
    'seed' | 'levels' | 'out' | 'logs' | 'workers' | 'retain' | 'backend' | 'seeds' | 'output' | 'quiet'
  > {
  /** A timeline on a terminal, and the log where it is piped on, unless said otherwise. */
  readonly output?: 'timeline' | 'ndjson' | 'json' | 'markdown' | undefined
}

/** Runs one trial again, by its id, and prints its log, drawn over time or line by line, or what people would write about it. */
export async function replay(id: string, options: ReplayOptions, context: CommandContext): Promise<ExitCode> {
  const { scenario, variant, policy, level, seed } = parseTrialId(id)
  const plan = planWith(scenario, {
    ...planOptions({ ...options, output: undefined, quiet: true, seed, logs: 'all', retain: false }),
    levels,
  })
  const rows = plan.groups.flatMap(group => group.rows)
  const acting = rows.some(row => row.policy === policy && row.level === level) ? level : actingLevel(level)
  if (!rows.some(row => row.policy === policy && row.level === acting)) {
    throw invalidId(
      id,
      `the suite runs no policy \`${policy}\` at ${level}; it has ${[...new Set(rows.map(row => `${row.policy} at ${row.level}`))].join(', ')}`,
    )
  }
  const index = plan.scenarios.findIndex(({ name }) => name === scenario)
  const known = variantsOf(plan.scenarios[index]!)
  if (!known.includes(variant))
    throw invalidId(id, `\`${scenario}\` has no variant \`${variant}\`; it has ${known.join(', ')}`)
  const unit = { index: 0, scenario: index, variant, seed }
  const { trial, frames } = runTrial(plan, unit, { policy, level: acting })
  const failure = failureOf(trial, truthOf(plan.scenarios[index]!, variant))
  const output = options.output ?? (context.stdoutIsTerminal ? 'timeline' : 'ndjson')
  if (output === 'timeline' || output === 'json')
    writeLog([...readEvents(frames)], plan.scenarios[index]!, output, context)
  else context.writeResult(output === 'markdown' ? renderPostmortems([...readEvents(frames)]) : ndjson(frames))
  if (output === 'ndjson') context.writeProgress(`${describe(trial.facts)}\n${failure?.what ?? 'nothing went wrong'}; `)
  context.writeProgress(`digest ${trial.digest}\n`)
  return exitCodes.pass
}

/** The run's own plan, as its horizon depends on all that is in it; or where the suite has no such scenario, a plan with it alone. */
function planWith(scenario: string, options: PlanOptions): SuitePlan {
  const { plan } = loadPlan(options)
  if (plan.scenarios.some(({ name }) => name === scenario)) return plan
  return loadPlan({ ...options, scenarios: [scenario] }).plan
}

function parseTrialId(id: string) {
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

function invalidId(id: string, message: string): InvalidInput {
  return new InvalidInput([{ file: id, line: 1, column: 1, message, severity: 'error' }])
}

function describe(facts: TrialFacts): string {
  return Object.entries(instantsOf(facts))
    .map(([name, ms]) => `${name} ${ms === null ? '-' : `${(ms / 1000).toFixed(1)} s`}`)
    .join(', ')
}
