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
import { isLogPath } from '../load/read-log.ts'
import { parseTrialId, remakeTrial } from '../remake-trial.ts'
import { replayLog } from '../replay-log.ts'
import { ndjson } from '../run-folder.ts'
import { writeLog } from '../show-log.ts'
import { UsageError } from '../usage-error.ts'
import { planOptions, type RunOptions } from './run.ts'

export interface ReplayOptions
  extends Omit<
    RunOptions,
    'seed' | 'levels' | 'out' | 'logs' | 'workers' | 'retain' | 'backend' | 'seeds' | 'output' | 'quiet'
  > {
  /** A timeline on a terminal, and the log where it is piped on, unless said otherwise. */
  readonly output?: 'timeline' | 'ndjson' | 'json' | 'markdown' | undefined
}

/**
 * Runs one trial again, by its id, and prints its log, drawn over time or line by line, or what people would write about it. Of a stored
 * log, it runs policies on what is recorded there.
 */
export async function replay(id: string, options: ReplayOptions, context: CommandContext): Promise<ExitCode> {
  if (isLogPath(id)) return policiesOn(id, options, context)
  const { scenario, seed } = parseTrialId(id)
  const plan = planWith(scenario, planned(options, seed))
  const { trial, frames, spec } = remakeTrial(plan, id)
  const failure = failureOf(trial, truthOf(spec, trial.variant))
  const output = options.output ?? (context.stdoutIsTerminal ? 'timeline' : 'ndjson')
  if (output === 'timeline' || output === 'json') writeLog([...readEvents(frames)], spec, output, context)
  else context.writeResult(output === 'markdown' ? renderPostmortems([...readEvents(frames)]) : ndjson(frames))
  if (output === 'ndjson') context.writeProgress(`${describe(trial.facts)}\n${failure?.what ?? 'nothing went wrong'}; `)
  context.writeProgress(`digest ${trial.digest}\n`)
  return exitCodes.pass
}

function policiesOn(path: string, options: ReplayOptions, context: CommandContext): ExitCode {
  const { output, scenario } = options
  if (output !== undefined && output !== 'json')
    throw new UsageError(`--output ${output} is for a trial that is run again; \`carmine show ${path}\` draws the log`)
  return replayLog(path, scenario?.[0], output ?? 'text', planned(options, 1), context)
}

function planned(options: ReplayOptions, seed: number): PlanOptions {
  const rest = { output: undefined, quiet: true, logs: 'all', retain: false } as const
  return { ...planOptions({ ...options, ...rest, seed }), levels }
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
