import type { Finding } from '../../harness/judge/summary.ts'
import type { TrialResult } from '../../harness/judge/trial-result.ts'
import type { Level } from '../../harness/model/effect.ts'

/** A trial that is worth looking at. */
export interface Notable {
  readonly id: string
  readonly why: string
  /** What went wrong; null where nothing did. */
  readonly problem: string | null
}

/** Of them some that went wrong and some that did much harm; typical ones are the rest. */
const most = { all: 24, wrong: 8, harmful: 4 } as const

/** Of few trials fewer are shown: each is run once more for it. */
function wantedOf(trials: number): number {
  return Math.min(most.all, 4 + Math.floor(trials / 40))
}

/**
 * Trials to look at, of policies under test: the worst that went wrong, a scenario and policy once; those with the most bad requests
 * where somebody may act; and of each family and level the one whose time to recovery is the median, first at the highest level.
 * @param findings the worst first
 */
export function notableTrials(
  trials: readonly TrialResult[],
  findings: readonly Finding[],
  policies: readonly string[],
): Notable[] {
  const wanted = wantedOf(trials.length)
  const known = new Map(trials.filter(({ policy }) => policies.includes(policy)).map(trial => [trial.id, seen(trial)]))
  const problems = new Map(findings.map(({ trial, problem }) => [trial, problem]))
  const chosen = new Map<string, Notable>()
  const choose = (why: string, ids: readonly string[], limit: number = most.all) => {
    for (const id of ids.filter(one => !chosen.has(one)).slice(0, Math.min(limit, wanted - chosen.size)))
      chosen.set(id, { id, why, problem: problems.get(id) ?? null })
  }
  const share = (part: number) => Math.ceil((wanted * part) / most.all)
  const failed = findings.flatMap(({ trial }) => known.get(trial) ?? [])
  choose('went wrong', inTurns(failed, policies), share(most.wrong))
  const faulty = [...known.values()].filter(({ isFaulty }) => isFaulty)
  const harmed = faulty.filter(({ level }) => level !== 'L0').sort((a, b) => b.badRequests - a.badRequests)
  choose('most bad requests', inTurns(harmed, policies), share(most.harmful))
  const levels = [...new Set(faulty.map(({ level }) => level))].sort().reverse()
  for (const level of levels) {
    const own = faulty.filter(one => one.level === level && one.policy === policies[0])
    for (const [family, group] of Map.groupBy(own, one => one.family))
      choose(`typical of family ${family} at ${level}`, [typical(group)])
  }
  return [...chosen.values()]
}

interface Seen extends Pick<TrialResult, 'id' | 'scenario' | 'family' | 'policy'> {
  readonly level: Level
  readonly isFaulty: boolean
  readonly badRequests: number
  /** Infinite where it did not recover. */
  readonly recoveryMs: number
}

/** A run's trials are many: no more than this is kept of them. */
function seen({ id, scenario, family, policy, level, variant, facts }: TrialResult): Seen {
  const { onsetMs, recoveredMs, badRequests, valid } = facts
  const recoveryMs = onsetMs === null || recoveredMs === null ? Number.POSITIVE_INFINITY : recoveredMs - onsetMs
  return { id, scenario, family, policy, level, isFaulty: valid && variant === 'faulty', badRequests, recoveryMs }
}

/** The first of each scenario and policy, the policies in turns. */
function inTurns(trials: readonly Seen[], policies: readonly string[]): string[] {
  const byPolicy = policies.map(policy => [
    ...Map.groupBy(
      trials.filter(one => one.policy === policy),
      ({ scenario }) => scenario,
    ).values(),
  ])
  const longest = Math.max(0, ...byPolicy.map(({ length }) => length))
  return Array.from({ length: longest }, (_, i) => byPolicy.flatMap(groups => groups[i]?.[0]?.id ?? [])).flat()
}

/** The median, by time to recovery; the earlier of two in the middle. */
function typical(group: readonly Seen[]): string {
  const sorted = group.toSorted((a, b) => compare(a.recoveryMs, b.recoveryMs))
  return sorted[(sorted.length - 1) >> 1]!.id
}

/** Infinities are equal. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b
}
