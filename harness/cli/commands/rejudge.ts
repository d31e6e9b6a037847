import { foldInstants } from '../../judge/instants.ts'
import { resultOf, type TrialResult } from '../../judge/trial-result.ts'
import type { Level } from '../../model/effect.ts'
import type { EventData } from '../../model/event.ts'
import { InvalidInput } from '../../model/problem.ts'
import { rootCauseOf, truthOf, type Variant } from '../../model/scenario.ts'
import { readEvents } from '../../model/trial-log.ts'
import type { OpenLoopAlarm } from '../../run/open-loop.ts'
import { planUnits, type SuitePlan } from '../../run/suite-plan.ts'
import type { CommandContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { afterRun } from '../next-steps.ts'
import { readAlarms, readFromSummary, readPlan } from '../read-run.ts'
import { readLogs } from '../run-folder.ts'
import { type OutputOptions, writeSummary } from '../run-output.ts'
import { summarizeRun } from '../summarize-run.ts'

/** Folds the stored logs of a run again, with today's judge. The logs are not changed, nor is the run's own summary. */
export async function rejudge(folder: string, options: OutputOptions, context: CommandContext): Promise<ExitCode> {
  const stored = readFromSummary(folder, 'trials', 'logDigest', 'backend', 'wallMs')
  const plan = readPlan(folder)
  const trials: TrialResult[] = []
  for (const frames of readLogs(folder)) trials.push(judge(plan, frames))
  const wanted = stored.trials.valid + stored.trials.invalid
  if (trials.length < wanted) {
    const message = `holds the logs of ${trials.length} of ${wanted} trials; judging again needs a run with \`--logs all\``
    throw new InvalidInput([{ file: folder, line: 1, column: 1, message, severity: 'error' }])
  }
  const byUnit = Map.groupBy(trials, unitKey)
  const alarms = new Map(readAlarms(folder).map(one => [unitKey(one), one.alarms]))
  const units = planUnits(plan).map(({ index, scenario, variant, seed }) => {
    const key = unitKey({ scenario: plan.scenarios[scenario]!.name, variant, seed })
    return {
      unit: index,
      trials: byUnit.get(key) ?? [],
      alarms: (alarms.get(key) ?? []) as OpenLoopAlarm[],
      looks: 0,
    }
  })
  const summary = summarizeRun(
    plan,
    { units, planned: units.length, logDigest: stored.logDigest },
    { backend: stored.backend, folder, wallMs: stored.wallMs, replayArguments: plan.replayArguments },
  )
  const judged = { ...summary, trials: { ...summary.trials, looks: stored.trials.looks } }
  writeSummary(judged, options, context)
  if (options.output === undefined && !options.quiet) context.suggest(afterRun(judged).slice(0, 1))
  return exitCodes[judged.verdict]
}

function unitKey({ scenario, variant, seed }: { scenario: string; variant: string; seed: number }): string {
  return `${scenario}/${variant}/${seed}`
}

function judge(plan: SuitePlan, frames: Uint8Array): TrialResult {
  const events = [...readEvents(frames)]
  const { scenario: name, variant, policy, level, seed } = events[0]!.data as EventData<'trial.started'>
  const scenario = plan.scenarios.find(one => one.name === name)!
  const identity = {
    scenario: name,
    family: scenario.family,
    variant: variant as Variant,
    policy,
    level: level as Level,
    seed,
  }
  return resultOf(
    identity,
    [frames],
    foldInstants(events, truthOf(scenario, identity.variant), rootCauseOf(scenario, identity.variant)),
  )
}
