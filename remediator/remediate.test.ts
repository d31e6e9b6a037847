import { describe, expect, test } from 'vitest'
import type { CauseKind } from '../harness/model/cause.ts'
import type { Effect, Level } from '../harness/model/effect.ts'
import type { Look } from '../harness/model/look.ts'
import type { PodView } from '../harness/model/observation.ts'
import type { SafeClass } from '../harness/model/safe-action.ts'
import { verifyAudit } from './audit/verify-audit.ts'
import { finish, ofType, type Play, pass, playOf, shopLook, show, showRollout } from './fixtures/engine-play.ts'
import type { Counts } from './fixtures/looks.ts'
import { openIncident } from './incidents.ts'
import { planRemedies } from './remediate.ts'

const minute = 60_000
const deploy = { revision: 2, currentHash: 'new', phase: 'Progressing' } as const
const aborted = {
  ...deploy,
  aborted: true,
  phase: 'Degraded',
  message: 'Rollout aborted update to revision 2',
} as const
const header = 'deprecated header'

const classes = (mode: 'allow' | 'ask') =>
  Object.fromEntries(['scale', 'restartPod', 'widenThreshold', 'retry', 'quietLog'].map(name => [name, { mode }]))
const spec = {
  decide: { deciders: ['probe'], hold: { enabled: false } },
  gate: { classes: classes('allow') },
}
const asking = { ...spec, gate: { classes: classes('ask') } }
const place = {
  baseline: {
    replicas: 10,
    maxReplicas: 20,
    thresholds: [
      { template: 'success', metric: 'error-rate', limit: 0.05, fails: 'above', isObjective: false },
      { template: 'success', metric: 'success-rate', limit: 0.95, fails: 'below', isObjective: false },
    ],
  },
} as const

const target = { kind: 'Rollout', namespace: 'default', name: 'checkout' }
const analysis = { ...target, kind: 'AnalysisTemplate', name: 'success' }
const scale = { class: 'scale', target, fromReplicas: 10, replicas: 20 }
const restart = { class: 'restartPod', target, pod: 'old-3' }
const widen = { class: 'widenThreshold', target: analysis, metric: 'error-rate', fromValue: 0.05, toValue: 0.095 }
const retry = { class: 'retry', target, podTemplateHash: 'new' }
const quiet = { class: 'quietLog', target, message: header }

const unwell: Counts = [200, 10, 10]
const well: Counts = [200]
const lookWith = (checkout: Counts) => (index: number) => shopLook(index, checkout, { old: [150, 2], new: [50] })

function showPods(play: Play): void {
  for (let i = 0; i < 10; i++) {
    const pod: PodView = {
      name: `old-${i}`,
      podTemplateHash: 'old',
      phase: 'Running',
      waitingReason: '',
      restarts: 0,
      ready: true,
      lastTerminationReason: '',
    }
    show(play, { type: 'pod.changed', pod })
  }
}

/** An incident: of no release, or of one that Argo has aborted. */
function inTrouble(of: 'no release' | 'a release', more: object = {}, level: Level = 'L4'): Play {
  const play = playOf({ ...spec, ...more }, level, place)
  showRollout(play)
  showPods(play)
  if (of === 'a release') showRollout(play, deploy)
  pass(play, 2 * minute, lookWith(unwell))
  if (of === 'a release') showRollout(play, aborted)
  else for (let i = 0; i < 3; i++) show(play, { type: 'probe.answered', ok: false, durationMs: 100 })
  expect(ofType(play.effects, 'incident')).toHaveLength(1)
  return play
}

/** The incident is explained: its diagnosis has its own tests. */
function explain(play: Play, kind: CauseKind, entity: string, verdict: 'likely' | 'inconclusive' = 'likely'): void {
  const incident = openIncident(play.engine) ?? openIncident(play.engine, 'new')!
  incident.diagnosing.answers.push({
    tool: 'logs',
    lines: [{ service: 'checkout', podTemplateHash: 'old', level: 'warn', message: header, count: 900 }],
  })
  const ranked = [{ cause: { kind, entity }, change: null, share: 0.9 }]
  incident.diagnosis = { incident: incident.id, verdict, ranked, evidence: [], ruledOut: [], toolCalls: 0 }
  planRemedies(play.engine, incident)
}

/** Looks as long as an outcome takes, while every action is carried out at once. */
function carryOn(play: Play, look?: (index: number) => Look, forMs = 6 * minute): Effect[] {
  const effects: Effect[] = []
  for (const endMs = play.nowMs + forMs; play.nowMs < endMs; ) {
    let fresh = pass(play, 5000, look)
    while (fresh.length > 0) {
      effects.push(...fresh)
      fresh = ofType(fresh, 'apply').flatMap(({ id }) => finish(play, id))
    }
  }
  return effects
}

const told = (effects: readonly Effect[]) =>
  effects.flatMap(effect => {
    if (effect.type === 'gate') return [`gate ${effect.verdict} ${effect.action.class}`]
    if (effect.type === 'apply') return [`${effect.undoes === null ? 'apply' : 'undo'} ${effect.action.class}`]
    return effect.type === 'verify' ? [effect.outcome] : []
  })
const done = (name: SafeClass, outcome: string) => [`gate allow ${name}`, `apply ${name}`, outcome]
const auditOf = ({ effects }: Play) => verifyAudit(ofType(effects, 'audit').map(({ line }) => line))

type Case = [CauseKind, entity: string, of: 'no release' | 'a release', actions: readonly object[]]
const cases: readonly Case[] = [
  ['lack of capacity', 'checkout', 'no release', [scale]],
  ['sick pod', 'old-3', 'no release', [restart]],
  ['noisy log', header, 'no release', [quiet]],
  ['silent telemetry', 'checkout', 'a release', [retry]],
  ['tight threshold', 'success/error-rate', 'a release', [widen, retry]],
]

describe.each(cases)('%s of %s', (kind, entity, of, actions) => {
  const [first] = actions as readonly { class: SafeClass }[]

  test('is judged, applied and verified, in this order', () => {
    const play = inTrouble(of)
    explain(play, kind, entity)
    const effects = carryOn(play, lookWith(well))
    expect(ofType(effects, 'gate').map(({ action }) => action)).toEqual(actions)
    expect(ofType(effects, 'apply').map(({ action, undoes }) => [action, undoes])).toEqual(
      actions.map(action => [action, null]),
    )
    const [better, ...others] = told(effects).filter(one => one === 'better' || one === 'no worse')
    expect([better, others.every(one => one === 'no worse' || one === 'better')]).toEqual(['better', true])
    expect(told(effects).slice(0, 3)).toEqual(done(first!.class, 'better'))
    expect(auditOf(play)).toEqual([])
  })

  test.each<[string, ((index: number) => Look) | undefined]>([
    ['worse', lookWith([200, 80, 20])],
    ['unknown', undefined],
    ['unknown', lookWith([1])],
  ])('that makes it %s is taken back where that can be, and nothing comes after it', (outcome, look) => {
    const play = inTrouble(of)
    explain(play, kind, entity)
    // Retries wait for telemetry, and the gate for a look.
    carryOn(play, lookWith(unwell), 10_000)
    const began = told(play.effects)
    const applied = ofType(play.effects, 'apply')[0]!
    const effects = carryOn(play, look)
    expect([...began, ...told(effects)]).toEqual([
      ...done(first!.class, outcome),
      ...(first!.class === 'retry' || first!.class === 'restartPod' ? [] : [`undo ${first!.class}`]),
    ])
    for (const { undoes, action } of ofType(effects, 'apply')) {
      expect(undoes).toBe(applied.id)
      if (action.class === 'scale') expect(action).toEqual({ ...scale, fromReplicas: 20, replicas: 10 })
      if (action.class === 'widenThreshold') expect(action).toEqual({ ...widen, fromValue: 0.095, toValue: 0.05 })
      if (action.class === 'quietLog') expect(action).toEqual(quiet)
    }
    expect(play.engine.gate.records.filter(({ undone }) => undone)).toHaveLength(1)
    expect(auditOf(play)).toEqual([])
  })

  test('is not done where the diagnosis names no cause', () => {
    const play = inTrouble(of)
    explain(play, kind, entity, 'inconclusive')
    expect(told(carryOn(play, lookWith(unwell)))).toEqual([])
  })

  test('is asked about first where the gate asks, and done only by a yes', () => {
    for (const answer of ['approved', 'rejected', 'none'] as const) {
      const play = inTrouble(of, asking)
      explain(play, kind, entity)
      const [question] = ofType(carryOn(play, lookWith(unwell), 30_000), 'askApproval')
      expect(question!.action).toEqual(first)
      show(play, { type: 'approval.answered', effectId: 'somebody-elses', answer: 'approved' })
      expect(ofType(play.effects, 'apply')).toEqual([])
      const effects = show(play, { type: 'approval.answered', effectId: question!.id, answer })
      expect(told(effects).filter(one => !one.startsWith('gate ask'))).toEqual(
        answer === 'approved' ? [`apply ${first!.class}`] : [],
      )
      if (answer !== 'approved')
        expect(told(carryOn(play, lookWith(unwell))).filter(one => one.includes('apply'))).toEqual([])
    }
  })

  test('is decided below L4 too, and stays in the engine', () => {
    const play = inTrouble(of, {}, 'L3')
    explain(play, kind, entity)
    expect(told(carryOn(play, lookWith(unwell)))).toEqual([])
  })
})

test('what a person approved is not applied where the world has moved on meanwhile', () => {
  const play = inTrouble('no release', asking)
  explain(play, 'lack of capacity', 'checkout')
  const [question] = ofType(carryOn(play, lookWith(unwell), 30_000), 'askApproval')
  showRollout(play, { replicas: 12 })
  expect(
    ofType(show(play, { type: 'approval.answered', effectId: question!.id, answer: 'approved' }), 'apply'),
  ).toEqual([])
  expect(play.engine.incidents[0]!.remedies[0]!.status).toBe('denied')
})

test('what the gate denies is not applied, but by a policy that only watches its gate', () => {
  for (const [mode, expected] of [
    ['enforce', ['gate deny scale']],
    ['observe', ['gate deny scale', 'apply scale', 'better']],
  ] as const) {
    const play = inTrouble('no release', { gate: { mode, classes: { scale: { mode: 'deny' } } } })
    explain(play, 'lack of capacity', 'checkout')
    expect(told(carryOn(play, lookWith(well)))).toEqual(expected)
  }
})

test('a release is not tried again under the limit that it failed, where the wider one is denied', () => {
  const play = inTrouble('a release', { gate: { classes: { ...classes('allow'), widenThreshold: { mode: 'deny' } } } })
  explain(play, 'tight threshold', 'success/error-rate')
  expect(told(carryOn(play, lookWith(well)))).toEqual(['gate deny widenThreshold'])
})

test('an action that is refused is not verified, and frees its target', () => {
  const play = inTrouble('no release')
  explain(play, 'lack of capacity', 'checkout')
  const [applied] = ofType(pass(play, 5000, lookWith(unwell)), 'apply')
  finish(play, applied!.id, false)
  expect(told(carryOn(play, lookWith(unwell)))).toEqual([])
  expect(play.engine.gate.records.map(({ stage, ok }) => [stage, ok])).toEqual([['finished', false]])
})

/** Doubled for nothing: it has made things worse, and is about to be taken back. */
function inVain(): Play {
  const play = inTrouble('no release')
  explain(play, 'lack of capacity', 'checkout')
  finish(play, ofType(pass(play, 5000, lookWith(unwell)), 'apply')[0]!.id)
  while (play.engine.incidents[0]!.remedies[0]!.status !== 'undoing') pass(play, 5000, lookWith([200, 80, 20]))
  return play
}

test('what takes an action back and is refused is sent again, a few times, and has not taken it back', () => {
  const play = inVain()
  const undos = () => ofType(play.effects, 'apply').filter(({ undoes }) => undoes !== null)
  for (let sent = 1; sent <= 4; sent++) {
    expect(undos()).toHaveLength(sent)
    finish(play, undos().at(-1)!.id, false)
    pass(play, 10_000)
  }
  pass(play, 20 * minute)
  expect(undos()).toHaveLength(4)
  expect(play.engine.incidents[0]!.remedies[0]!.status).toBe('failed')
  const kinds = ofType(play.effects, 'audit').map(({ line }) => JSON.parse(line).kind)
  expect(kinds).not.toContain('undone')
})

test('a second undo takes back what the first, which was refused, has not', () => {
  const play = inVain()
  finish(play, ofType(play.effects, 'apply').at(-1)!.id, false)
  const [again] = ofType(pass(play, 10_000), 'apply')
  finish(play, again!.id)
  expect(play.engine.incidents[0]!.remedies[0]!.status).toBe('undone')
  expect(play.engine.gate.records[0]).toMatchObject({ action: scale, undone: true })
  expect(auditOf(play)).toEqual([])
})

test('an action of which nothing is heard is taken back at the deadline, and so is one whose undo is lost', () => {
  const play = inTrouble('no release')
  explain(play, 'lack of capacity', 'checkout')
  expect(told(pass(play, 5000, lookWith(unwell)))).toEqual(['gate allow scale', 'apply scale'])
  const [applied] = ofType(play.effects, 'apply')
  expect(told(pass(play, 5 * minute - 5000, lookWith(unwell)))).toEqual([])
  expect(told(pass(play, 5000, lookWith(unwell)))).toEqual(['unknown', 'undo scale'])
  expect(told(finish(play, applied!.id))).toEqual([])
  expect(told(pass(play, 5 * minute + 5000, lookWith(unwell)))).toEqual(['undo scale'])
  finish(play, ofType(play.effects, 'apply').at(-1)!.id)
  expect(play.engine.incidents[0]!.remedies[0]!.status).toBe('undone')
  expect(auditOf(play).map(({ message }) => message)).toEqual([expect.stringMatching(/without a result/)])
})

test('a service is scaled from the replicas that it has to a multiple of those that people approved', () => {
  const play = inTrouble('no release')
  showRollout(play, { replicas: 12 })
  explain(play, 'lack of capacity', 'checkout')
  const effects = pass(play, 5000, lookWith(unwell))
  expect(told(effects)).toEqual(['gate allow scale', 'apply scale'])
  expect(ofType(effects, 'apply')[0]!.action).toEqual({ ...scale, fromReplicas: 12 })
})

test.each<[string, ((index: number) => Look) | undefined]>([
  ['worse', lookWith([200, 80, 20])],
  ['unknown', undefined],
])('a limit is narrowed again where the release that it was widened for makes it %s', (outcome, look) => {
  const play = inTrouble('a release')
  explain(play, 'tight threshold', 'success/error-rate')
  while (!told(play.effects).includes('apply retry')) carryOn(play, lookWith(well), 5000)
  expect(told(carryOn(play, look))).toEqual([outcome, 'undo widenThreshold'])
  expect(ofType(play.effects, 'apply').at(-1)).toMatchObject({
    action: { fromValue: 0.095, toValue: 0.05 },
    undoes: ofType(play.effects, 'apply')[0]!.id,
  })
  expect(auditOf(play)).toEqual([])
})

test('looks that take longer than the deadline are waited for', () => {
  const play = inTrouble('no release', { remediate: { verify: { looks: 80, deadline: '5m' } } })
  explain(play, 'lack of capacity', 'checkout')
  expect(told(carryOn(play, lookWith(well), 9 * minute))).toEqual(done('scale', 'better'))
})

test('a retry waits until there is telemetry again', () => {
  const play = inTrouble('a release')
  pass(play, 2 * minute)
  explain(play, 'silent telemetry', 'checkout')
  expect(told(pass(play, 3 * minute))).toEqual([])
  const backMs = play.nowMs
  const effects: Effect[] = []
  while (told(effects).length === 0) effects.push(...pass(play, 5000, lookWith(well)))
  expect(told(effects)).toEqual(['gate allow retry', 'apply retry'])
  expect(play.nowMs - backMs).toBe(55_000)
})

test('a limit that values may not fall below is widened where its distance to 1 is', () => {
  const play = inTrouble('a release')
  explain(play, 'tight threshold', 'success/success-rate')
  const [gate] = ofType(pass(play, 10_000, lookWith(well)), 'gate')
  expect(gate).toMatchObject({ verdict: 'allow', action: { fromValue: 0.95, toValue: 0.905 } })
})

test('what a blamed release has brought goes with it, and nothing else is done', () => {
  const play = inTrouble('a release')
  explain(play, 'worker leak', 'checkout')
  expect(play.engine.incidents[0]!.remedies).toEqual([])
  const other = inTrouble('no release')
  explain(other, 'worker leak', 'checkout')
  expect(other.engine.incidents[0]!.remedies.length).toBeGreaterThan(0)
})

test('a policy that acts at every alarm does so blindly, in its order, and tries the release again', () => {
  const blind = { remediate: { on: 'alarm', blind: ['scale', 'restartPod', 'retry', 'widenThreshold'] } }
  const play = inTrouble('a release', blind)
  const planned = play.engine.incidents[0]!.remedies.map(({ action }) => action.class)
  expect(planned).toEqual(['scale', ...Array(10).fill('restartPod'), 'retry'])
  expect(told(play.effects)).toEqual(['gate allow scale', 'apply scale'])
})
