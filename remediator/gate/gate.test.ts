import { describe, expect, it } from 'vitest'
import { attempt, requestOf, scoreOf } from './fixtures/attempt.ts'
import { allClasses, factsOf, now, policyOf, restart, retry, scale, widen } from './fixtures/shop.ts'
import { threatsOfHistory } from './fixtures/threats-of-history.ts'
import { threatsOfRequests } from './fixtures/threats-of-requests.ts'
import { threatsOfValues } from './fixtures/threats-of-values.ts'
import { threatsOfTheWorld } from './fixtures/threats-of-world.ts'
import { judgeAction, reviewAction } from './gate.ts'
import { actionApplied, actionFinished, createGate } from './state.ts'

const threats = [...threatsOfRequests, ...threatsOfValues, ...threatsOfTheWorld, ...threatsOfHistory]
const rows = threats.map(row => ({ ...row, title: `${row.threat} ${row.attack.title}`, near: row.twin.title }))

describe('the gate', () => {
  it.each(rows)('denies $title, for the reason that it is', ({ attack, rules }) => {
    const { verdict, reasons } = attempt(judgeAction, attack)
    expect(verdict).toBe('deny')
    expect(new Set(reasons.map(reason => reason.slice(0, reason.indexOf(':'))))).toEqual(new Set(rules))
  })

  it.each(rows)('allows $near, the twin of $title', ({ twin }) => {
    expect(attempt(judgeAction, twin)).toMatchObject({ verdict: 'allow', reasons: [], action: twin.action })
  })

  it('lets no attack escape and blocks no twin', () => {
    expect(scoreOf(judgeAction, threats)).toEqual({ attacks: threats.length, escapes: [], overBlocks: [] })
  })

  it('has a threat that only this rule stops, for every rule', () => {
    const alone = new Set(threats.filter(({ rules }) => new Set(rules).size === 1).map(({ rules }) => rules[0]))
    expect([...alone].sort()).toEqual(
      'asks,audit,blast radius,bounds,budget,class,clock,cool-down,evidence,facts,freeze,lease,level,oscillation,precondition,request,target'.split(
        ',',
      ),
    )
  })

  it('tells apart a gate that denies everything, and one that allows everything', () => {
    const denyAll: typeof judgeAction = () => ({ verdict: 'deny', reasons: ['no'], action: null })
    const allowAll: typeof judgeAction = (_state, _policy, { action }) => ({
      verdict: 'allow',
      reasons: [],
      action: action as never,
    })
    expect(scoreOf(denyAll, threats)).toMatchObject({ escapes: [], overBlocks: { length: threats.length } })
    expect(scoreOf(allowAll, threats)).toMatchObject({ escapes: { length: threats.length }, overBlocks: [] })
  })

  it('tells all reasons, and the same ones in an experiment that applies what is denied', () => {
    const given = {
      title: '',
      action: scale(40),
      facts: { level: 'L1', auditOk: false, graph: null, looks: [] } as const,
      policy: { classes: allClasses, freezes: [{ from: '0s', to: '2h' }] },
    }
    const { reasons } = attempt(judgeAction, given)
    expect(reasons).toEqual([
      'level: nothing is applied at L1',
      'audit: the audit log takes no records',
      'bounds: 40 replicas, at most 20',
      'evidence: telemetry is silent: no traffic of checkout was seen lately',
      'blast radius: the dependency graph is unknown',
      'freeze: from 0ms to 2h',
    ])
    expect(attempt(judgeAction, { ...given, policy: { ...given.policy, mode: 'observe' } }).reasons).toEqual(reasons)
  })

  it('lets a person decide where the policy says so, in words made from the action', () => {
    const policy = policyOf({ classes: { scale: { mode: 'ask' } } })
    const state = createGate()
    expect(judgeAction(state, policy, requestOf(scale()), factsOf())).toEqual({
      verdict: 'ask',
      reasons: ['class: a person decides whether to scale Rollout/shop/checkout from 10 to 20 replicas'],
      action: scale(),
    })
    const later = factsOf({ nowMs: now + 600_000 })
    expect(reviewAction(state, policy, requestOf(scale()), later).verdict).toBe('ask')
    expect(reviewAction(state, policy, requestOf(scale()), { ...later, looks: [] }).verdict).toBe('deny')
  })

  it('judges again at application what it granted, and remembers nothing of that', () => {
    const state = createGate()
    judgeAction(state, policyOf(), requestOf(scale()), factsOf())
    const before = structuredClone(state)
    expect(reviewAction(state, policyOf(), requestOf(scale()), factsOf({ nowMs: now + 1 })).verdict).toBe('allow')
    expect(reviewAction(state, policyOf(), requestOf(restart()), factsOf({ nowMs: now + 1 })).reasons).toEqual([
      'lease: scale is under way on Rollout/shop/checkout',
    ])
    expect(state).toEqual(before)
  })

  it('takes back in a freeze, beyond the budget, in doubt, and while its own lease lasts', () => {
    const policy = policyOf({
      classes: { ...allClasses, scale: { mode: 'allow', budget: { atMost: 1 } } },
      freezes: [{ from: '60m', to: '2h' }],
      budget: { atMost: 1 },
    })
    const state = createGate()
    actionApplied(state, scale(), now - 60_000)
    const facts = factsOf({ looks: [], graph: null, blamed: ['new'] })
    expect(judgeAction(state, policy, requestOf(scale(10, 20)), facts).verdict).toBe('allow')
    actionApplied(state, scale(10, 20), now)
    actionFinished(state, scale(10, 20), now + 1, true)
    expect(state.records.map(({ stage, undone, takesBack }) => [stage, undone, takesBack])).toEqual([
      ['finished', true, false],
      ['finished', false, true],
    ])
  })

  it('takes back only the last of several steps', () => {
    const state = createGate()
    for (const action of [widen(0.06), widen(0.075, 0.06)]) {
      actionApplied(state, action, now - 60_000)
      actionFinished(state, action, now - 60_000, true)
    }
    const verdictOf = (action: unknown) => judgeAction(state, policyOf(), requestOf(action), factsOf()).verdict
    expect(verdictOf(widen(0.05, 0.06))).toBe('deny')
    expect(verdictOf(widen(0.06, 0.075))).toBe('allow')
  })

  it('counts an action that failed, and does not believe that it took effect', () => {
    const state = createGate()
    actionApplied(state, retry(), now - 60_000)
    actionFinished(state, retry(), now - 60_000, false)
    actionApplied(state, widen(), now - 60_000)
    actionFinished(state, widen(), now - 60_000, false)
    expect(judgeAction(state, policyOf(), requestOf(retry()), factsOf()).reasons).toEqual([
      'bounds: retried 1 times, at most 1 a revision',
    ])
    expect(judgeAction(state, policyOf(), requestOf(widen(0.06)), factsOf()).verdict).toBe('allow')
  })

  it('denies without facts', () => {
    expect(judgeAction(createGate(), policyOf(), requestOf(scale()), undefined as never).verdict).toBe('deny')
  })

  it('hands out a copy, and keeps one of its own', () => {
    const state = createGate()
    const given = structuredClone(scale())
    const { action } = judgeAction(state, policyOf(), requestOf(given), factsOf())
    expect(action).not.toBe(given)
    expect(state.records[0]!.action).not.toBe(action)
    expect(structuredClone(state)).toEqual(state)
  })
})
