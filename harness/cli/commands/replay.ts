import { renderPostmortems } from '../../../reports/postmortem.ts'
import { instantsOf } from '../../../reports/timeline/moments.ts'
import { failureOf } from '../../judge/failing.ts'
import type { TrialFacts } from '../../judge/instants.ts'
import { levels } from '../../model/effect.ts'
import { truthOf } from '../../model/scenario.ts'
import { readEvents } from '../../model/trial-log.ts'
import type { SuitePlan } from '../../run/suite-plan.ts'
import type { CommandContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { loadPlan, type PlanOptions } from '../load/load-plan.ts'
import { parseTrialId, remakeTrial } from '../remake-trial.ts'
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
  const { scenario, seed } = parseTrialId(id)
  const plan = planWith(scenario, {
    ...planOptions({ ...options, output: undefined, quiet: true, seed, logs: 'all', retain: false }),
    levels,
  })
  const { trial, frames, spec } = remakeTrial(plan, id)
  const failure = failureOf(trial, truthOf(spec, trial.variant))
  const output = options.output ?? (context.stdoutIsTerminal ? 'timeline' : 'ndjson')
  if (output === 'timeline' || output === 'json') writeLog([...readEvents(frames)], spec, output, context)
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

function describe(facts: TrialFacts): string {
  return Object.entries(instantsOf(facts))
    .map(([name, ms]) => `${name} ${ms === null ? '-' : `${(ms / 1000).toFixed(1)} s`}`)
    .join(', ')
}
