import { join } from 'node:path'
import { readEvents } from '../../model/trial-log.ts'
import { digestsOf, logDigest } from '../../run/run-suite.ts'
import { runUnit } from '../../run/run-unit.ts'
import { planUnits, type SuitePlan } from '../../run/suite-plan.ts'
import type { CommandContext } from '../context.ts'
import { endRun } from '../finish-run.ts'
import { writeLog } from '../kept-logs.ts'
import { renderLog } from '../render-log.ts'
import type { StoredPlan } from '../run-folder.ts'
import { writeWhole } from '../write-whole.ts'
import { courseWithoutTeam, type Injection, type Played } from './courses.ts'
import { type Course, type Debrief, renderDebrief } from './debrief.ts'
import type { GamePlan } from './plan-game.ts'
import type { TypedCommand } from './recording.ts'
import type { GameResult } from './table.ts'

/** Of a game's folder. */
const debriefFile = 'debrief.txt'

interface Finished extends GameResult {
  readonly commands: readonly TypedCommand[]
  readonly speed: number
  readonly wallMs: number
}

/**
 * Runs what a game is compared with, on the simulator, writes the run's folder, and tells what the game came to. Of a game on a real
 * cluster the folder has that trial alone, as a run has one backend.
 */
export async function finishGame(
  planned: GamePlan,
  stored: StoredPlan,
  folder: string,
  finished: Finished,
  context: CommandContext,
): Promise<void> {
  const { played, injections, held, commands, speed, wallMs } = finished
  const { trialPlan, alone, onCall } = planned
  const isReal = stored.backend !== 'sim'
  const without = withoutTeam(planned, injections)
  const units = (isReal ? [{ unit: 0, played: [] }] : without).map(({ unit, played: others }, i) => {
    const isTeams = isReal || planUnits(stored)[i]!.variant === trialPlan.variant
    return { unit, played: isTeams ? [played, ...others] : others }
  })
  await writeRun(units, stored, folder, wallMs, context)
  const all = without.flatMap(unit => unit.played)
  const courses = [alone, ...onCall].flatMap(row => {
    const { policy, level } = row
    const one = all.find(
      ({ trial }) => trial.variant === trialPlan.variant && trial.policy === policy && trial.level === level,
    )
    const name = `${row === alone ? 'engine' : 'on call'} ${level}`
    return one === undefined ? [] : [courseOf(name, one)]
  })
  const debrief: Debrief = {
    trial: played.trial.id,
    scenario: planned.plan.scenarios[0]!,
    variant: trialPlan.variant,
    truth: trialPlan.truth,
    ...held,
    speed,
    commands,
    isReal,
    courses: [courseOf('team', played), ...courses],
  }
  writeWhole(join(folder, debriefFile), renderDebrief(debrief, { color: false, columns: 100 }))
  context.writeText(renderDebrief(debrief, { color: context.stdoutColor, columns: context.columns }))
}

interface PlayedUnit {
  readonly unit: number
  readonly played: readonly Played[]
}

/** The same trouble without the team, and the twins: as in any run, but that what was injected comes there as well. */
function withoutTeam(planned: GamePlan, injections: readonly Injection[]): PlayedUnit[] {
  const { plan, trialPlan, alone, onCall } = planned
  const standard = withoutGame(plan, planned)
  const own = [
    courseWithoutTeam(plan, trialPlan, alone, 'nobody', injections),
    ...(injections.length === 0
      ? []
      : onCall.map(row => courseWithoutTeam(plan, trialPlan, row, 'simulated', injections))),
  ]
  return planUnits(standard).map(unit => {
    const { trials, frames } = runUnit(standard, unit, () => true)
    const special = unit.variant === trialPlan.variant ? own : []
    const isReplaced = (id: string) => special.some(one => one.trial.id === id)
    const others = trials.flatMap(trial => (isReplaced(trial.id) ? [] : [{ trial, frames: frames[trial.id]! }]))
    return { unit: unit.index, played: [...special, ...others] }
  })
}

/** What runs as in any other run. */
function withoutGame(plan: SuitePlan, { team, alone }: GamePlan): SuitePlan {
  const isPlain = ({ policy }: { readonly policy: string }) => policy !== team.policy && policy !== alone.policy
  const groups = plan.groups.map(({ subject, rows }) => ({ subject, rows: rows.filter(isPlain) }))
  return { ...plan, groups, scored: plan.scored.filter(policy => isPlain({ policy })) }
}

async function writeRun(
  played: readonly PlayedUnit[],
  stored: StoredPlan,
  folder: string,
  wallMs: number,
  context: CommandContext,
): Promise<void> {
  for (const one of played.flatMap(unit => unit.played)) writeLog(folder, one.trial.id, renderLog(one.frames))
  const units = played.map(({ unit, played: own }) => {
    const trials = own.map(({ trial }) => trial)
    return { unit, trials, alarms: [], looks: trials.reduce((sum, { facts }) => sum + facts.looks, 0) }
  })
  const digests = new Map(units.map(({ unit, trials }) => [unit, digestsOf(trials)]))
  const indices = units.map(({ unit }) => ({ index: unit }))
  const run = {
    ...{ folder, plan: stored, units, planned: units.length },
    logDigest: stored.backend === 'sim' ? logDigest(indices, digests) : null,
    output: { start() {}, unit() {}, finish() {}, result() {} },
    ...{ baseline: undefined, failOn: undefined, quiet: true },
  }
  // A game that was cut short is whole all the same.
  await endRun(run, wallMs, { ...context, interrupted: new AbortController().signal })
}

function courseOf(name: string, { trial, frames }: Played): Course {
  return { name, events: [...readEvents(frames)], facts: trial.facts }
}
