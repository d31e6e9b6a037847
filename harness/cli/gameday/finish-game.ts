import { join } from 'node:path'
import type { TrialResult } from '../../judge/trial-result.ts'
import { readEvents } from '../../model/trial-log.ts'
import type { Game } from '../../run/game-day.ts'
import { digestsOf, logDigest } from '../../run/run-suite.ts'
import { runUnit } from '../../run/run-unit.ts'
import { planUnits, type SuitePlan } from '../../run/suite-plan.ts'
import type { CommandContext } from '../context.ts'
import { endRun } from '../finish-run.ts'
import { writeLog } from '../kept-logs.ts'
import { renderLog } from '../render-log.ts'
import type { StoredPlan } from '../run-folder.ts'
import { writeWhole } from '../write-whole.ts'
import { courseWithoutTeam, endedCourse, type Injection, type Played } from './courses.ts'
import { type Course, type Debrief, renderDebrief } from './debrief.ts'
import type { GamePlan } from './plan-game.ts'

/** Of a game's folder. */
const debriefFile = 'debrief.txt'

type Held = Pick<Debrief, 'ending' | 'endedMs' | 'speed' | 'commands'> & {
  readonly injections: readonly Injection[]
  readonly wallMs: number
}

/** Plays the trial to its end, runs what it is compared with, writes the run's folder, and tells what it came to. */
export async function finishGame(
  game: Game,
  planned: GamePlan,
  stored: StoredPlan,
  folder: string,
  held: Held,
  context: CommandContext,
): Promise<void> {
  const { plan, trialPlan, team, alone, onCall } = planned
  const scenario = plan.scenarios[0]!
  const played = endedCourse(game, scenario, trialPlan)
  const aside = (people: 'nobody' | 'simulated') => (row: typeof team) =>
    courseWithoutTeam(plan, trialPlan, row, people, held.injections)
  const alonePlayed = aside('nobody')(alone)
  const injectedOnCall = held.injections.length === 0 ? [] : onCall.map(aside('simulated'))
  const standard = withoutGame(plan, planned)
  const all: { unit: number; played: Played[] }[] = planUnits(standard).map(unit => {
    const { trials, frames } = runUnit(standard, unit, () => true)
    const isGames = unit.variant === trialPlan.variant
    const others = trials.flatMap((trial): Played[] =>
      isGames && injectedOnCall.some(one => one.trial.id === trial.id) ? [] : [{ trial, frames: frames[trial.id]! }],
    )
    return { unit: unit.index, played: isGames ? [played, alonePlayed, ...injectedOnCall, ...others] : others }
  })
  const every = all.flatMap(unit => unit.played)
  for (const one of every) writeLog(folder, one.trial.id, renderLog(one.frames))
  const units = all.map(({ unit, played: own }) => {
    const trials = own.map(({ trial }): TrialResult => trial)
    return { unit, trials, alarms: [], looks: trials.reduce((sum, { facts }) => sum + facts.looks, 0) }
  })
  const { ending, endedMs, speed, commands, wallMs } = held
  const silent = { start() {}, unit() {}, finish() {}, result() {} }
  // A game that was cut short is whole all the same: its trial went on to the end.
  const uncut = { ...context, interrupted: new AbortController().signal }
  const index = units.map(({ unit }) => ({ index: unit }))
  const digests = new Map(units.map(({ unit, trials }) => [unit, digestsOf(trials)]))
  const result = { units, planned: units.length, logDigest: logDigest(index, digests) }
  await endRun(
    { folder, plan: stored, ...result, output: silent, baseline: undefined, failOn: undefined, quiet: true },
    wallMs,
    uncut,
  )
  const courseOf = (name: string, { trial, frames }: Played): Course => ({
    name,
    events: [...readEvents(frames)],
    facts: trial.facts,
  })
  const peopled = onCall.flatMap(row => {
    const one = every.find(
      ({ trial }) => trial.variant === trialPlan.variant && trial.policy === row.policy && trial.level === row.level,
    )
    return one === undefined ? [] : [courseOf(`on call ${row.level}`, one)]
  })
  const debrief: Debrief = {
    trial: played.trial.id,
    scenario,
    truth: trialPlan.truth,
    ending,
    endedMs,
    speed,
    commands,
    courses: [courseOf('team', played), courseOf(`engine ${alone.level}`, alonePlayed), ...peopled],
  }
  writeWhole(join(folder, debriefFile), renderDebrief(debrief, { color: false, columns: 100 }))
  context.writeText(renderDebrief(debrief, { color: context.stdoutColor, columns: context.columns }))
}

/** What runs as in any other run. */
function withoutGame(plan: SuitePlan, { team, alone }: GamePlan): SuitePlan {
  const groups = plan.groups.map(({ subject, rows }) => ({
    subject,
    rows: rows.filter(row => row !== team && row !== alone),
  }))
  return { ...plan, groups, scored: plan.scored.filter(name => name !== team.policy && name !== alone.policy) }
}
