import { failureOf } from './failing.ts'
import type { LevelRow } from './levels.ts'
import type { Finding } from './summary.ts'
import type { TrialResult } from './trial-result.ts'

interface RankedFinding extends Finding {
  readonly rank: number
  readonly badRequests: number
}

/**
 * What went wrong in the trials of the policies under test: missed faults first, those with most bad requests before the others, then
 * good deploys that suffered, then trials that do not count, each of these once. A level with the same facts as the one below it tells
 * only what is no failure there: at L0 nobody is expected to roll back.
 * @param replayArguments what `carmine replay` takes after the trial
 */
export function findingsOf(rows: readonly LevelRow[], replayArguments: readonly string[]): readonly Finding[] {
  const invalidSeen = new Set<string>()
  const told = new Set<string>()
  const found: RankedFinding[] = []
  for (const { trials, sameAs } of rows) {
    for (const { trial, invalid } of trials) {
      const { scenario, variant, seed } = trial
      const unit = [scenario, variant, seed].join('/')
      if (invalid !== undefined && invalidSeen.has(unit)) continue
      if (invalid !== undefined) invalidSeen.add(unit)
      const problem = invalid === undefined ? problemOf(trial) : `the trial is not valid: ${invalid}`
      const line = `${trial.policy}/${unit}: ${problem}`
      if (problem === undefined || (sameAs !== null && told.has(line))) continue
      told.add(line)
      found.push({
        trial: trial.id,
        problem,
        replay: ['carmine', 'replay', trial.id, ...replayArguments].map(quoted).join(' '),
        rank: invalid !== undefined ? 2 : variant === 'faulty' ? 0 : 1,
        badRequests: trial.facts.badRequests,
      })
    }
  }
  return found
    .sort((a, b) => a.rank - b.rank || b.badRequests - a.badRequests)
    .map(({ trial, problem, replay }) => ({ trial, problem, replay }))
}

function problemOf(trial: TrialResult): string | undefined {
  const failure = failureOf(trial)
  return failure === undefined ? undefined : `${failure}: ${evidenceOf(trial)}`
}

function evidenceOf({ variant, facts }: TrialResult): string {
  if (variant === 'faulty')
    return `${facts.badRequests} bad requests in the ${Math.round(facts.horizonMs / 6000) / 10} min to the horizon`
  const { engine, argo } = facts.revertedMs
  const atMs = Math.min(engine ?? Infinity, argo ?? Infinity)
  if (atMs === Infinity) return `${facts.blamingAlarms} alarm${facts.blamingAlarms === 1 ? '' : 's'}`
  return `by ${atMs === engine ? 'the engine' : 'argo'} ${(atMs - facts.deployedMs) / 1000} s after the deploy`
}

/** For a POSIX shell: a path may hold spaces. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
