import { cloneWorld } from '../../clusters/sim/world.ts'
import { worldSetting } from '../../clusters/sim/world-setting.ts'
import { runUnforked } from '../run/open-loop.ts'
import { planTrial } from '../run/plan-trial.ts'
import { runTrial, runUnit } from '../run/run-unit.ts'
import { planUnits, type SuitePlan, type Unit } from '../run/suite-plan.ts'
import { cpuMs, type Figure, figureOf } from './figure.ts'
import { profileParts } from './profile.ts'

const repeats = 5
/** The compiler goes on making the code faster for some 300 worlds. */
const warmUps = 5
/** Looks of one world, which speed is counted in. */
const looksPerWorld = 360
/** Seeds of the units that are run; every scenario and variant of the suite has as many. */
const seeds = 8

/**
 * Worlds and rows for each second of CPU. A world is a trial of the policy under test by itself, with all detectors, its digest and the
 * judge's fold; rows are what a unit gives, most of them parted from a shared open loop.
 */
export function worldFigures(plan: SuitePlan): Figure[] {
  const units = planUnits({ ...plan, suite: { ...plan.suite, seeds } })
  const rows = plan.groups[0]!.rows.filter(({ policy }) => plan.scored.includes(policy))
  const runWorlds = () =>
    units.reduce((looks, unit, i) => looks + runTrial(plan, unit, rows[i % rows.length]!, true).trial.facts.looks, 0)
  const runRows = (some: readonly Unit[]) =>
    some.reduce((sum, unit) => sum + runUnit(plan, unit, () => false).trials.length, 0)
  const few = units.filter((_, i) => i % 3 === 0)

  for (let i = 0; i < warmUps; i++) runWorlds()
  const worlds = rates(() => runWorlds() / looksPerWorld)
  const parts = profileParts(runWorlds)
  const worldMs = 1000 / figureOf('', '', worlds).value
  runRows(few)
  return [
    figureOf('worlds per second and core', '1/s', worlds, { aim: 100, floor: 40 }),
    figureOf(
      'rows per second and core',
      '1/s',
      rates(() => runRows(few)),
    ),
    ...[...parts].map(([part, share]) => figureOf(`part of a world: ${part}`, 'ms', [share * worldMs])),
    forkFigure(plan),
  ]
}

/** A fork at the end of a trial, when a world is at its largest. */
function forkFigure(plan: SuitePlan): Figure {
  const trial = planTrial(plan.scenarios[0]!, 'faulty', plan.firstSeed, plan.horizonMs, plan.environment)
  const { subject, rows } = plan.groups[0]!
  const { world } = runUnforked(worldSetting(trial, subject, plan.environment), rows[0]!)
  const forks = 500
  const fork = () => {
    for (let i = 0; i < forks; i++) cloneWorld(world)
  }
  fork()
  return figureOf(
    'fork of a world',
    'µs',
    Array.from({ length: repeats }, () => (cpuMs(fork) * 1000) / forks),
  )
}

/** @param work says how many it did. */
function rates(work: () => number): number[] {
  return Array.from({ length: repeats }, () => {
    let done = 0
    const ms = cpuMs(() => {
      done = work()
    })
    return (done * 1000) / ms
  })
}
