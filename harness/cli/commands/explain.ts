import { playCase } from '../../../clusters/sim/argo/play-case.ts'
import type { Recording } from '../../../clusters/sim/argo/recorder.ts'
import { argoRolloutsVersion } from '../../../clusters/sim/argo/version.ts'
import type { Moment } from '../../../reports/timeline/moments.ts'
import { InvalidInput } from '../../model/problem.ts'
import type { CommandContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { loadCase } from '../load/load-case.ts'
import { wholeFileProblem } from '../load/read-input.ts'
import { renderTimeline } from '../timeline.ts'

export interface ExplainOptions {
  /** File of a recorded case. */
  readonly case: string
  readonly json: boolean
}

/** Plays a recorded case of the Argo controller in the simulated one, and prints what a watcher of it would have recorded. */
export async function explain(options: ExplainOptions, context: CommandContext): Promise<ExitCode> {
  const file = loadCase(options.case)
  const recording = played(options.case, () => playCase(file))
  if (options.json) {
    context.writeResult(`${JSON.stringify(recording)}\n`)
    return exitCodes.pass
  }
  const title = `${file.name}, as Argo Rollouts ${argoRolloutsVersion} is simulated; times from the update\n\n`
  const timeline = renderTimeline(momentsOf(recording), { color: context.stdoutColor, columns: context.columns })
  context.writeText(`${title}${timeline}\n${endOf(recording)}`)
  return exitCodes.pass
}

/** A case may use what is not simulated, or bring a value that the controller's own parsers refuse. */
function played(path: string, play: () => Recording): Recording {
  try {
    return play()
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('not simulated')) throw error
    throw new InvalidInput([wholeFileProblem(path, error.message)])
  }
}

function momentsOf({ status, events, analysisRuns, analysisRunEvents, replicas }: Recording): Moment[] {
  const moments: Moment[] = [
    ...status.map(row => ({
      atMs: row.at * 1000,
      mark: 'rollout',
      text: `${row.phase}${row.currentStepIndex === undefined ? '' : ` at step ${row.currentStepIndex}`}${row.message === '' ? '' : `: ${row.message}`}`,
      ...(row.phase === 'Degraded' ? { tone: 'red' as const } : { tone: 'bold' as const }),
    })),
    ...replicas.map(({ at, ...counts }) => ({
      atMs: Number(at) * 1000,
      mark: 'pods',
      text: Object.entries(counts)
        .filter(([, count]) => typeof count === 'object' && (count.spec > 0 || count.available > 0))
        .map(([name, count]) => (typeof count === 'object' ? `${name} ${count.available} of ${count.spec}` : ''))
        .join(', '),
    })),
    ...[...events, ...analysisRunEvents].map(({ at, type, reason, message }) => ({
      atMs: at * 1000,
      mark: 'event',
      text: `${reason}: ${message}`,
      ...(type === 'Warning' ? { tone: 'yellow' as const } : {}),
    })),
    ...analysisRuns.flatMap(({ kind, metrics }) =>
      metrics.flatMap(({ name, measurements }) =>
        measurements.map(({ finishedAt, phase, value, message }) => ({
          atMs: finishedAt * 1000,
          mark: 'measured',
          text: `${name} of the ${kind} run: ${value ?? message}, ${phase}`,
        })),
      ),
    ),
  ]
  return moments.sort((a, b) => a.atMs - b.atMs)
}

function endOf({ final, analysisRuns }: Recording): string {
  const runs = analysisRuns.map(
    ({ kind, phase, message }) => `${kind} analysis: ${phase}${message === '' ? '' : `, ${message}`}`,
  )
  return [`in the end: ${final.phase}, stable ${final.stable}`, ...runs].map(line => `${line}\n`).join('')
}
