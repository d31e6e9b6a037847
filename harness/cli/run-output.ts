import { comparisonLines, renderComparison } from '../../reports/comparison.ts'
import { startProgress } from '../../reports/progress.ts'
import { runningEstimates } from '../../reports/running-estimates.ts'
import { renderTerminal, verdictLine } from '../../reports/terminal.ts'
import type { Comparison } from '../judge/comparison.ts'
import type { Summary } from '../judge/summary.ts'
import type { TrialResult } from '../judge/trial-result.ts'
import { planUnits, type SuitePlan, type Unit } from '../run/suite-plan.ts'
import type { FailOn } from './baseline.ts'
import type { CommandContext } from './context.ts'
import { afterRun } from './next-steps.ts'
import { inPlanOrder } from './plan-order.ts'

export interface OutputOptions {
  /** One document at the end, or a line a trial as it comes and then the summary's; without it, tables for people. */
  readonly output?: 'json' | 'ndjson' | undefined
  /** The verdict's line and nothing else. */
  readonly quiet: boolean
}

type UnitTrials = { readonly unit: number; readonly trials: readonly TrialResult[] }

/** What a run tells while it goes on and at its end. */
export interface RunOutput {
  /** Units of which it was told before, an earlier start has run. */
  start(): void
  unit(result: UnitTrials): void
  /** All trials are done. */
  finish(): void
  /** With the comparison with the baseline, where there is one. */
  result(summary: Summary, units: readonly UnitTrials[], comparison: Comparison | undefined, failOn: FailOn): void
}

const tickMs = 1000

/**
 * @param units those that are run, in plan order
 * @param ending what is done when all trials are
 */
export function runOutput(
  plan: SuitePlan,
  { output, quiet }: OutputOptions,
  context: CommandContext,
  units: readonly Unit[] = planUnits(plan),
  ending = 'now some again, to compare',
): RunOutput {
  const rows = plan.groups.reduce((sum, group) => sum + group.rows.length, 0)
  const estimates = runningEstimates(plan)
  const indices = units.map(({ index }) => index)
  const order = inPlanOrder(indices, trial => context.writeResult(`${JSON.stringify({ type: 'trial', ...trial })}\n`))
  let before = 0
  let progress: ReturnType<typeof startProgress> | undefined
  let timer: NodeJS.Timeout | undefined
  return {
    start() {
      if (quiet) return
      progress = startProgress({
        write: context.writeProgress,
        // Lines of results on the same terminal would be drawn over.
        draw: output === 'ndjson' && context.stdoutIsTerminal ? undefined : context.drawStatus,
        nowMs: () => performance.now(),
        total: units.length * rows,
        before,
        unit: 'trials',
        estimates: estimates.lines,
        ending,
      })
      timer = setInterval(progress.tick, tickMs).unref()
    },
    unit(result) {
      // Where a run ends early, which units come first in its plan is known at its end.
      if (output === 'ndjson' && plan.looks === undefined) order.add(result.unit, result.trials)
      for (const trial of result.trials) estimates.add(trial)
      if (progress === undefined) before += result.trials.length
      else progress.advance(result.trials.length)
    },
    finish() {
      clearInterval(timer)
      progress?.finish()
    },
    result(summary, done, comparison, failOn) {
      if (output === 'ndjson') order.finish(done)
      const whole = output === 'json' && comparison !== undefined ? { ...summary, comparison } : summary
      writeSummary(whole, { output, quiet }, context, failOn === 'regress' ? comparison : undefined)
      if (comparison !== undefined) writeComparisonText(comparison, { output, quiet }, context)
      if (output === undefined && !quiet) context.suggest(afterRun(summary))
    },
  }
}

/** The result in the form that was asked for. @param gate the comparison that alone decides, where one does */
export function writeSummary(
  summary: Summary,
  { output, quiet }: OutputOptions,
  context: CommandContext,
  gate?: Comparison,
): void {
  const { stdoutColor: color, columns } = context
  if (output === 'ndjson') context.writeResult(`${JSON.stringify({ type: 'summary', ...summary })}\n`)
  else if (output === 'json') context.writeResult(`${JSON.stringify(summary)}\n`)
  else if (quiet) context.writeText(`${verdictLine(summary, { color, gate })}\n`)
  else context.writeText(renderTerminal(summary, { color, columns, gate }))
}

/** After the result itself, where that does not hold it. */
function writeComparisonText(comparison: Comparison, { output, quiet }: OutputOptions, context: CommandContext): void {
  const { stdoutColor: color } = context
  if (output === 'ndjson') context.writeResult(`${JSON.stringify({ type: 'comparison', ...comparison })}\n`)
  else if (output === undefined) {
    context.writeText(quiet ? comparisonLines(comparison, { color }) : `\n${renderComparison(comparison, { color })}`)
  }
}
