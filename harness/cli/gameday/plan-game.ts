import type { Level } from '../../model/effect.ts'
import { didYouMean, InvalidInput } from '../../model/problem.ts'
import { type Variant, variantsOf } from '../../model/scenario.ts'
import type { TrialPlan } from '../../model/trial.ts'
import { planTrial } from '../../run/plan-trial.ts'
import type { Row } from '../../run/row.ts'
import type { SuitePlan } from '../../run/suite-plan.ts'
import { actingLevel, loadPlan } from '../load/load-plan.ts'
import type { OwnFiles } from '../load/load-subject.ts'

export interface GameChoice extends OwnFiles {
  readonly scenario: string
  readonly policy: string
  readonly level: Level
  readonly seed: number
  readonly variant?: Variant | undefined
}

/** What will be played, and what it is compared with. */
export interface GamePlan {
  /** With rows for all of it. */
  readonly plan: SuitePlan
  readonly trialPlan: TrialPlan
  readonly team: Row
  /** The engine with nobody beside it. */
  readonly alone: Row
  /** With the simulated person, at L0 and at the game's level. */
  readonly onCall: readonly Row[]
}

/**
 * @param suite whose pauses the game has, and whose horizon where that is longer than `leastHorizonMs`
 * @throws InvalidInput with all problems of what was named
 */
export function planGame(
  { scenario, policy, level, variant, ...rest }: GameChoice,
  suite: string,
  leastHorizonMs = 0,
): GamePlan {
  const { plan: read } = loadPlan({
    ...rest,
    suite,
    scenarios: [scenario],
    policies: [policy],
    levels: ['L0', level],
    seeds: 1,
    withoutAnchors: true,
  })
  const loaded = { ...read, horizonMs: Math.max(read.horizonMs, leastHorizonMs) }
  const spec = loaded.scenarios[0]!
  const has = variantsOf(spec)
  if (variant !== undefined && !has.includes(variant)) {
    const message = `${spec.name} has no such variant; it has ${has.join(', ')}`
    const hint = didYouMean(variant, has)
    const problem = { file: '--variant', line: 1, column: 1, message, severity: 'error' as const }
    throw new InvalidInput([hint === undefined ? problem : { ...problem, hint }])
  }
  const name = loaded.scored[0]!
  const rows = loaded.groups.flatMap(group => group.rows)
  const isAt = (row: Row, at: Level) => row.policy === name && row.level === actingLevelOf(rows, name, at)
  const own = rows.find(row => isAt(row, level))!
  const [team, alone] = [`${name} (team)`, `${name} (alone)`].map(title => ({ ...own, policy: title })) as [Row, Row]
  const plan: SuitePlan = {
    ...loaded,
    suite: { ...loaded.suite, name: 'gameday', anchors: [], criteria: [], heldOut: [] },
    groups: loaded.groups.map(group =>
      group.rows.includes(own) ? { ...group, rows: [...group.rows, team, alone] } : group,
    ),
    scored: [team.policy, alone.policy, name],
  }
  return {
    plan,
    trialPlan: planTrial(spec, variant ?? has[0]!, plan.firstSeed, plan.horizonMs, plan.environment),
    team,
    alone,
    onCall: rows.filter(row => row.policy === name),
  }
}

/** Where the engine is off there is no level above the one from which the manifests' analysis acts. */
function actingLevelOf(rows: readonly Row[], policy: string, level: Level): Level {
  return rows.some(row => row.policy === policy && row.level === level) ? level : actingLevel(level)
}
