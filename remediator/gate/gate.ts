import type { SafeAction } from '../../harness/model/safe-action.ts'
import { describeAction } from './action-text.ts'
import { judgeBlastRadius } from './blast-radius.ts'
import { judgeBounds } from './bounds.ts'
import { judgeBudgets } from './budgets.ts'
import { classNamed, parseRequest } from './canonical.ts'
import { judgeTarget } from './canonical-target.ts'
import { forgetOldDenials, judgeCoolDown } from './cool-down.ts'
import type { GateFacts, GateRequest } from './facts.ts'
import { type Finding, finding, unless } from './finding.ts'
import { judgeFreeze } from './freeze.ts'
import { judgeLease } from './lease.ts'
import { judgeLikeness } from './likeness.ts'
import { judgeOscillation } from './oscillation.ts'
import { judgePrecondition } from './precondition.ts'
import type { GatePolicy } from './section.ts'
import type { Situation } from './situation.ts'
import { forgetOldGrants, type GateState, grant, grantOf, passTime, takenBackBy } from './state.ts'
import { judgeTelemetry } from './telemetry.ts'

export interface GateVerdict {
  readonly verdict: 'allow' | 'ask' | 'deny'
  /** All that speaks against the action, as `rule: text`; for `ask` why a person is asked, for `allow` none. */
  readonly reasons: readonly string[]
  /** What may be applied, in its canonical form: never the request's own object. Null where the request could not be read. */
  readonly action: SafeAction | null
}

const rules = [
  judgeTarget,
  judgeBounds,
  judgePrecondition,
  judgeTelemetry,
  judgeLikeness,
  judgeBlastRadius,
  judgeFreeze,
  judgeBudgets,
  judgeLease,
  judgeOscillation,
] as const

/**
 * Judges a request and remembers the attempt: an allowed action holds its target for the policy's `grant`, in which it has to be applied; one that
 * was out of the question counts towards the cool-down. Anything that goes wrong denies. The verdict does not depend on `mode`.
 */
export function judgeAction(state: GateState, policy: GatePolicy, request: GateRequest, facts: GateFacts): GateVerdict {
  const found = find(state, policy, request, facts, true)
  const verdict = verdictOf(found)
  if (!isTime(state, facts?.nowMs)) return verdict
  passTime(state, facts.nowMs)
  forgetOldGrants(state, policy, facts.nowMs)
  forgetOldDenials(state, policy, facts.nowMs)
  state.asksAtMs = state.asksAtMs.filter(atMs => atMs > facts.nowMs - policy.asks.within)
  if (verdict.verdict === 'allow') grant(state, verdict.action!)
  if (verdict.verdict === 'ask') state.asksAtMs.push(facts.nowMs)
  const className = found.action?.class ?? namedClass(request)
  if (className !== undefined && found.findings.some(({ lasting }) => lasting)) {
    state.denials.push({ class: className, atMs: facts.nowMs })
  }
  return verdict
}

/**
 * Judges once more, at the moment of application, what was allowed or what a person approved: the world may have moved on. Remembers
 * nothing. An action that a person approved may be applied while this still says `ask`.
 */
export function reviewAction(
  state: GateState,
  policy: GatePolicy,
  request: GateRequest,
  facts: GateFacts,
): GateVerdict {
  return verdictOf(find(state, policy, request, facts, false))
}

interface Found {
  readonly action: SafeAction | null
  readonly findings: readonly Finding[]
  readonly asks: boolean
}

function find(state: GateState, policy: GatePolicy, request: GateRequest, facts: GateFacts, isFirst: boolean): Found {
  let action: SafeAction | null = null
  try {
    const standing = judgeStanding(state, facts)
    const parsed = parseRequest(request)
    if ('findings' in parsed) return { action, findings: [...parsed.findings, ...standing], asks: false }
    action = parsed.action
    const own = isFirst ? undefined : grantOf(state, action)
    const situation: Situation = {
      action,
      facts,
      policy,
      state,
      others: state.records.filter(
        record => record !== own && (record.stage !== 'granted' || facts.nowMs < record.atMs + policy.grant),
      ),
      takesBack: takenBackBy(state, action),
    }
    const isNew = situation.takesBack === undefined
    const mode = isNew ? policy.classes[action.class].mode : 'allow'
    const findings = [
      ...standing,
      ...unless(mode === 'allow' || mode === 'ask', 'class', `the policy does not allow ${action.class}`, true),
      ...rules.flatMap(judge => judge(situation)),
      ...(isNew && isFirst ? judgeCoolDown(state, policy, action.class, facts.nowMs) : []),
      ...(mode === 'ask' && isFirst ? judgeAsks(state, policy, facts.nowMs) : []),
    ]
    return { action, findings, asks: mode === 'ask' }
  } catch (error) {
    const text = error instanceof Error ? error.message : 'something was thrown'
    return { action, findings: [finding('facts', `the gate could not judge it: ${text}`)], asks: false }
  }
}

/** Whether the gate may allow anything now. */
function judgeStanding(state: GateState, { level, auditOk, nowMs }: GateFacts): Finding[] {
  return [
    ...unless(level === 'L4', 'level', `nothing is applied at ${level}`),
    ...unless(auditOk === true, 'audit', 'the audit log takes no records'),
    ...unless(isTime(state, nowMs), 'clock', 'the time is none, or has gone back'),
  ]
}

/** A person who is asked too often approves unread. */
function judgeAsks({ asksAtMs }: GateState, { asks }: GatePolicy, nowMs: number): Finding[] {
  const asked = asksAtMs.filter(atMs => atMs > nowMs - asks.within).length
  return unless(asked < asks.atMost, 'asks', `people were asked ${asked} times`)
}

function verdictOf({ action, findings, asks }: Found): GateVerdict {
  const reasons = findings.map(({ rule, text }) => `${rule}: ${text}`)
  if (action === null || reasons.length > 0) return { verdict: 'deny', reasons, action }
  if (asks) return { verdict: 'ask', reasons: [`class: a person decides whether to ${describeAction(action)}`], action }
  return { verdict: 'allow', reasons, action }
}

function isTime({ clockMs }: GateState, nowMs: unknown): boolean {
  return typeof nowMs === 'number' && Number.isFinite(nowMs) && nowMs >= clockMs
}

function namedClass(request: GateRequest): SafeAction['class'] | undefined {
  try {
    return classNamed(request)
  } catch {
    return undefined
  }
}
