import { describe, expect, test } from 'vitest'
import { verifyAudit } from '../../remediator/audit/verify-audit.ts'
import { levels } from '../model/effect.ts'
import type { EventType, TrialEvent } from '../model/event.ts'
import { safeClasses } from '../model/safe-action.ts'
import { eventLine } from '../model/trial-log.ts'
import { eventsOf, planOf, rowOf, scenarioOf, shippedSubject, type Trial, trialOf } from './fixtures/trials.ts'
import type { Row } from './row.ts'
import { runTrial, runUnit } from './run-unit.ts'
import { planUnits } from './suite-plan.ts'

const careful = (level: Row['level']) => rowOf('careful', level)
const auditOf = (trial: Trial) => eventsOf(trial, 'audit.recorded').map(({ data }) => data.line)
const appliedIn = (trial: Trial) =>
  eventsOf(trial, 'operation.started').flatMap(({ data }) =>
    data.actor === 'engine' && (safeClasses as readonly string[]).includes(data.operation) ? [data.operation] : [],
  )

/** What shows first that the level below would have withheld something. */
const withheldBelow: Readonly<Record<'L2' | 'L3' | 'L4', readonly EventType[]>> = {
  L2: ['tool.called', 'diagnosis.made'],
  L3: ['pullRequest.opened', 'proposal.made'],
  L4: ['gate.decided'],
}
const isWithheldBelow = (level: keyof typeof withheldBelow, event: TrialEvent) =>
  withheldBelow[level].includes(event.type) && (event.type !== 'pullRequest.opened' || event.data.author === 'engine')

/** Events without the level. Hashes of audit lines tell it too, and the calls that it has let out are counted in the line before them. */
function linesOf(events: readonly TrialEvent[]): string[] {
  return events.flatMap(event => {
    if (event.type === 'trial.started') return []
    if (event.type !== 'audit.recorded') return eventLine(event)
    const { level: _, hash: _hash, prevHash: _prev, budget: _budget, ...line } = JSON.parse(event.data.line)
    return eventLine({ ...event, data: { line: JSON.stringify(line) } })
  })
}

describe.each(['capacity', 'noisy-log', 'tight-threshold', 'error-ratio', 'wrong-image'])('in %s', name => {
  const trials = new Map(levels.map(level => [level, trialOf(scenarioOf(name), { row: careful(level) })]))

  test.each(['L2', 'L3', 'L4'] as const)(
    '%s does as the level below up to the first effect that that one withholds',
    level => {
      const own = trials.get(level)!
      const below = trials.get(levels[levels.indexOf(level) - 1]!)!
      const first = own.events.findIndex(event => isWithheldBelow(level, event))
      const commonTo = first === -1 ? own.events.length : first
      // Before what is withheld stands its line.
      const isItsLine = own.events[commonTo - 1]?.type === 'audit.recorded'
      const common = own.events.slice(0, isItsLine ? commonTo - 1 : commonTo)
      expect(linesOf(below.events.slice(0, common.length))).toEqual(linesOf(common))
      expect(common.length).toBeGreaterThan(20)
      if (first === -1) expect(below.events).toHaveLength(own.events.length)
    },
  )

  test.each(levels)('at %s the engine does and asks nothing beyond its level, and its audit log is in order', level => {
    const trial = trials.get(level)!
    for (const from of ['L2', 'L3', 'L4'] as const)
      if (level < from) expect(trial.events.filter(event => isWithheldBelow(from, event))).toEqual([])
    const operations = eventsOf(trial, 'operation.started').filter(({ data }) => data.actor === 'engine')
    if (level === 'L0') expect(operations).toEqual([])
    if (level !== 'L4') expect(appliedIn(trial)).toEqual([])
    expect(verifyAudit(auditOf(trial))).toEqual([])
  })
})

describe('at L4', () => {
  test.each([
    ['capacity', 'scale', ['scale'], ['better']],
    ['noisy-log', 'quietLog', ['quietLog'], ['better']],
    ['tight-threshold', 'widenThreshold', ['widenThreshold', 'retry'], ['no worse', 'no worse']],
    ['silent-analysis', 'retry', ['retry'], ['no worse']],
  ])('%s is ended by %s, allowed, verified, on record, and over', (name, remedy, applied, outcomes) => {
    const scenario = scenarioOf(name)
    const trial = trialOf(scenario, { row: careful('L4'), seed: 2 + (name === 'capacity' ? 1 : 0) })
    expect(scenario.incidents[0]!.truth!.remedies).toContain(remedy)
    expect(appliedIn(trial)).toEqual(applied)
    expect(eventsOf(trial, 'gate.decided').map(({ data }) => data.verdict)).toEqual(applied.map(() => 'allow'))
    expect(eventsOf(trial, 'action.verified').map(({ data }) => data.outcome)).toEqual(outcomes)
    expect(eventsOf(trial, 'incident.closed')).toHaveLength(1)
    expect(eventsOf(trial, 'operation.started').filter(({ data }) => data.actor === 'human')).toEqual([])
    expect(verifyAudit(auditOf(trial))).toEqual([])
  })

  test.each(['saturated-database', 'retry-storm', 'threshold-hides-fault'])(
    'nothing is applied that is harmful in %s, nor anything that is no remedy',
    name => {
      for (let seed = 1; seed <= 5; seed++) {
        const scenario = scenarioOf(name)
        const trial = trialOf(scenario, { row: careful('L4'), seed })
        const truth = scenario.incidents[0]?.truth ?? scenario.deploys[0]!.truth!
        expect(truth.harmful!.length).toBeGreaterThan(0)
        for (const operation of appliedIn(trial))
          expect([...truth.remedies, ...(truth.tolerated ?? [])]).toContain(operation)
        for (const operation of appliedIn(trial)) expect(truth.harmful).not.toContain(operation)
        expect(verifyAudit(auditOf(trial))).toEqual([])
      }
    },
  )
})

test.each([
  ['saturated-database', 'scale'],
  ['retry-storm', 'retry'],
])('in %s an engine without a gate does the harm, by %s', (name, harmful) => {
  expect(appliedIn(trialOf(scenarioOf(name), { row: rowOf('naive', 'L4') }))).toContain(harmful)
})

test('a release that the engine holds does not stay held', () => {
  for (const name of ['noisy-log', 'silent-analysis', 'threshold-hides-fault', 'dependency-outage', 'prometheus-down'])
    for (let seed = 1; seed <= 2; seed++) {
      const trial = trialOf(scenarioOf(name), { row: careful('L1'), seed })
      const operations = eventsOf(trial, 'operation.finished').filter(({ data }) => data.actor === 'engine' && data.ok)
      const count = (operation: string) => operations.filter(({ data }) => data.operation === operation).length
      expect([name, seed, count('resume')]).toEqual([name, seed, count('hold')])
      expect(eventsOf(trial, 'rollout.changed').at(-1)!.data.held).toBe(false)
    }
})

test('an engine that asks its gate at its first alarm is told of its own level, where it parts from others and alone', () => {
  const naive = rowOf('naive', 'L4')
  const gated = { ...naive, policy: 'gated', spec: { ...naive.spec, gate: careful('L4').spec.gate } }
  const rows = [rowOf('naive', 'L0'), rowOf('naive', 'L3'), naive, gated]
  const plan = planOf([scenarioOf('error-ratio')], [{ subject: shippedSubject, rows }], { firstSeed: 3 })
  const [unit] = planUnits(plan)
  const { trials } = runUnit(plan, unit!, () => false)
  expect(trials).toEqual(rows.map(row => runTrial(plan, unit!, row).trial))
})
