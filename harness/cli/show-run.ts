import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { formatSeconds } from '../../reports/format.ts'
import { renderTerminal } from '../../reports/terminal.ts'
import type { TrialEvent } from '../model/event.ts'
import { InvalidInput } from '../model/problem.ts'
import type { Scenario } from '../model/scenario.ts'
import { readEvents } from '../model/trial-log.ts'
import { renderColumns } from './columns.ts'
import type { CommandContext } from './context.ts'
import { wholeFileProblem } from './load/read-input.ts'
import { readLog, scenarioOfLog } from './load/read-log.ts'
import { afterRun } from './next-steps.ts'
import { readPlan, readSummary } from './read-run.ts'
import { remakeTrial } from './remake-trial.ts'
import { logFile, runFiles } from './run-folder.ts'

const failingShown = 20

/** Whether a path is the folder of a run, finished or not. */
export function isRunFolder(path: string): boolean {
  return existsSync(join(path, runFiles.summary)) || existsSync(join(path, runFiles.plan))
}

/** The answer of a run, the trials that went wrong, and where everything lies. */
export function showRun(folder: string, { json }: { readonly json: boolean }, context: CommandContext): void {
  if (!existsSync(join(folder, runFiles.summary)))
    throw new InvalidInput([wholeFileProblem(folder, 'this run did not end, and has no result')])
  const summary = readSummary(folder)
  if (json) {
    context.writeResult(`${JSON.stringify(summary)}\n`)
    return
  }
  const { columns, stdoutColor: color } = context
  const { findings, trials, wallMs, logDigest } = summary
  const shown = findings.slice(0, failingShown)
  const more = findings.length - shown.length
  const failing = renderColumns(
    ['went wrong', 'what'],
    shown.map(({ trial, problem }) => [trial, problem]),
    columns,
  )
  const facts = [
    [
      'trials',
      `${trials.planned} in ${formatSeconds(wallMs / 1000)}: ${trials.valid} valid, ${trials.invalid} invalid`,
    ],
    ...(logDigest === null ? [] : [['digest', logDigest]]),
    ['report', join(folder, runFiles.html)],
    ['logs', join(folder, runFiles.logs)],
  ]
  const table = renderColumns(['', ''], facts, columns)
  context.writeText(
    [
      renderTerminal(summary, { color, columns, brief: true }),
      ...(shown.length === 0 ? [] : [failing]),
      ...(more > 0 ? [`and ${more} more: carmine report ${folder}\n`] : []),
      table.slice(table.indexOf('\n') + 1),
    ].join('\n'),
  )
  context.suggest(afterRun({ findings, artifacts: { ...summary.artifacts, dir: folder } }).slice(0, 1))
}

/** The log of one trial of a run, made again where it was not kept, and the trial's scenario. @throws InvalidInput */
export function logOfRun(folder: string, trial: string): { events: readonly TrialEvent[]; spec: Scenario } {
  const file = logFile(folder, trial)
  if (existsSync(file)) {
    const events = readLog(file)
    return { events, spec: scenarioOfLog(file, events[0], undefined) }
  }
  const { frames, spec } = remakeTrial(readPlan(folder), trial)
  return { events: [...readEvents(frames)], spec }
}
