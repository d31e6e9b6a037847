import type { JudgedTrial } from './evidence.ts'
import { failureOf } from './failing.ts'
import type { LevelRow } from './levels.ts'
import type { Finding, Summary } from './summary.ts'

interface RankedFinding extends Finding {
  readonly rank: number
  readonly badRequests: number
}

/** Where the trials of a run come from. */
export interface TrialSource {
  readonly backend: Summary['backend']
  /** The run's. */
  readonly folder: string
  /** What `carmine replay` takes after a trial's id to find the same inputs: `--suite quick`. */
  readonly replayArguments: readonly string[]
}

/**
 * What went wrong in the trials of the policies under test: those with a fault first, with most bad requests before the others, then
 * good deploys that suffered, then trials that do not count, each of these once. A level tells nothing that one below it has told in the
 * same words of the same trial.
 */
export function findingsOf(rows: readonly LevelRow[], source: TrialSource): readonly Finding[] {
  const invalidSeen = new Set<string>()
  const told = new Set<string>()
  const found: RankedFinding[] = []
  for (const { trials } of rows) {
    for (const judged of trials) {
      const { trial, invalid } = judged
      const { scenario, variant, seed } = trial
      const unit = [scenario, variant, seed].join('/')
      if (invalid !== undefined && invalidSeen.has(unit)) continue
      if (invalid !== undefined) invalidSeen.add(unit)
      const problem = invalid === undefined ? problemOf(judged) : `the trial is not valid: ${invalid}`
      const line = `${trial.policy}/${unit}: ${problem}`
      if (problem === undefined || told.has(line)) continue
      told.add(line)
      found.push({
        trial: trial.id,
        problem,
        replay: replayLine(trial.id, source),
        rank: invalid !== undefined ? 2 : variant === 'faulty' ? 0 : 1,
        badRequests: trial.facts.badRequests,
      })
    }
  }
  return found
    .sort((a, b) => a.rank - b.rank || b.badRequests - a.badRequests)
    .map(({ trial, problem, replay }) => ({ trial, problem, replay }))
}

function problemOf({ trial, truth }: JudgedTrial): string | undefined {
  const failure = failureOf(trial, truth)
  return failure === undefined ? undefined : `${failure.what}: ${failure.evidence}`
}

/** The command that runs a trial again; one on a real cluster is not repeated, and what its log recorded is shown. */
export function replayLine(trial: string, { backend, folder, replayArguments }: TrialSource): string {
  const words = backend === 'sim' ? ['replay', trial, ...replayArguments] : ['show', folder, trial]
  return ['carmine', ...words].map(quoted).join(' ')
}

/** For a POSIX shell: a path may hold spaces. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
