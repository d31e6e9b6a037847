import type { VerifiedOutcome } from '../harness/model/effect.ts'
import type { TimedObservation } from '../harness/model/observation.ts'
import type { SafeAction } from '../harness/model/safe-action.ts'
import { firstRetryMs } from './act.ts'
import { inverseOf, undoOf } from './gate/action-text.ts'
import { judgeAction, reviewAction } from './gate/gate.ts'
import { actionApplied, actionFinished, actionUndone } from './gate/state.ts'
import { gateFacts } from './gate-facts.ts'
import type { Incident } from './incidents.ts'
import { type Outbox, put } from './outbox.ts'
import { actionsFor } from './plan-remedies.ts'
import type { EngineSetting, EngineState } from './state.ts'
import { type Counts, compare, countBad } from './verify.ts'

/** One safe action on its way: judged by the gate, perhaps approved, applied, verified, else undone. */
export interface Remediation {
  /** As the gate has read it, once it has. */
  action: SafeAction
  status: 'planned' | 'asked' | 'sent' | 'verifying' | 'undoing' | 'done' | 'denied' | 'failed' | 'undone'
  effectId: string
  /** The effect by which people were asked to approve it; empty where none did. */
  question: string
  /** The effects that were to take it back; each one after the first because the one before was refused, or nothing was heard of it. */
  readonly undoneBy: string[]
  /** The last of them was refused or lost, and the next waits for its time. */
  undoHasFailed: boolean
  effectiveAtMs: number
  /** Until when its outcome, or that of what takes it back, is waited for; between two undos, when the next is due. */
  deadlineMs: number
  before: Counts
  outcome: VerifiedOutcome | null
}

/** Time before the action that its outcome is compared with. */
const beforeMs = 60_000

/** Plans what to do about an incident: by its diagnosis, or at its first alarm what the policy always does. */
export function planRemedies(state: EngineState, incident: Incident): void {
  incident.plannedAtMs = state.seen.nowMs
  for (const action of actionsFor(state, incident)) {
    incident.remedies.push({
      action,
      status: 'planned',
      effectId: '',
      question: '',
      undoneBy: [],
      undoHasFailed: false,
      effectiveAtMs: 0,
      deadlineMs: 0,
      before: { requests: 0, bad: 0, seconds: 0 },
      outcome: null,
    })
  }
}

export function isFinished({ status }: Pick<Remediation, 'status'>): boolean {
  return status === 'done' || status === 'denied' || status === 'failed' || status === 'undone'
}

/** Goes on with the first remedy that is not finished; where all are, a policy may want everything once more. */
export function remedy(state: EngineState, outbox: Outbox, incident: Incident, observation: TimedObservation): void {
  const one = incident.remedies.find(each => !isFinished(each))
  if (one === undefined) {
    if (observation.type === 'look' && isWantedAgain(state, incident)) planRemedies(state, incident)
    return
  }
  proceed(state, outbox, incident, one, observation)
  // A release that is tried again under the limit that it failed would fail again.
  if ((one.status === 'denied' || one.status === 'failed') && one.action.class === 'widenThreshold')
    giveUpRest(incident)
}

function giveUpRest({ remedies }: Incident): void {
  for (const other of remedies) if (other.status === 'planned') other.status = 'failed'
}

/** More than this share of bad requests is more than the objective allows. */
const objectiveRatio = 0.01

function isWantedAgain({ seen, setting }: EngineState, incident: Incident): boolean {
  const { on, again } = setting.policy.remediate
  if (on !== 'alarm' || again === undefined || seen.nowMs < incident.plannedAtMs + again) return false
  const { requests, bad } = countBad(seen.looks, setting.site.service, ({ fromMs }) => fromMs >= seen.nowMs - again)
  return bad > requests * objectiveRatio
}

function proceed(
  state: EngineState,
  outbox: Outbox,
  incident: Incident,
  one: Remediation,
  observation: TimedObservation,
): void {
  const { seen, gate, setting } = state
  switch (one.status) {
    case 'planned':
      if (isTimely(state, one.action)) judge(state, outbox, incident, one)
      return
    case 'asked':
      if (observation.type !== 'approval.answered' || observation.effectId !== one.question) return
      if (observation.answer === 'approved' && isStillAllowed(state, incident, one)) apply(state, outbox, incident, one)
      else one.status = 'denied'
      return
    case 'sent':
      if (observation.type !== 'effect.finished' || observation.effectId !== one.effectId) {
        if (seen.nowMs >= one.deadlineMs)
          conclude(state, outbox, incident, one, 'unknown', 'nobody told what came of it')
        return
      }
      if (!observation.ok) {
        actionFinished(gate, one.action, seen.nowMs, false)
        one.status = 'failed'
        return
      }
      if (!setting.policy.remediate.verify.enabled) {
        actionFinished(gate, one.action, seen.nowMs, true)
        one.status = 'done'
        return
      }
      one.status = 'verifying'
      one.effectiveAtMs = seen.nowMs + setting.policy.remediate.verify.settle
      one.deadlineMs = seen.nowMs + longestWait(setting)
      put(outbox, { type: 'wake', atMs: one.deadlineMs })
      return
    case 'verifying':
      verify(state, outbox, incident, one)
      return
    case 'undoing':
      followUndo(state, outbox, incident, one, observation)
  }
}

/** An undo that is refused, or of which nothing is heard, is sent again as often as the policy repeats what failed. */
function followUndo(
  state: EngineState,
  outbox: Outbox,
  incident: Incident,
  one: Remediation,
  observation: TimedObservation,
): void {
  const { seen, gate, setting } = state
  const told =
    observation.type === 'effect.finished' && one.undoneBy.includes(observation.effectId) ? observation : null
  if (told?.ok === true) {
    if (one.undoHasFailed) actionUndone(gate, one.action, seen.nowMs)
    else undoFinished(state, one.action, true)
    one.status = 'undone'
    return
  }
  const isDue = seen.nowMs >= one.deadlineMs
  if (one.undoHasFailed) {
    if (isDue) takeBack(state, outbox, incident, one, 'it is not taken back yet')
    return
  }
  if (!isDue && told?.effectId !== one.undoneBy.at(-1)) return
  undoFinished(state, one.action, false)
  if (one.undoneBy.length > setting.policy.budget.retries) {
    one.status = 'failed'
    return
  }
  one.undoHasFailed = true
  one.deadlineMs = seen.nowMs + firstRetryMs * 2 ** (one.undoneBy.length - 1)
  put(outbox, { type: 'wake', atMs: one.deadlineMs })
}

/** The policy's deadline, but no less than the looks take that are asked for, the one under way at either end included. */
function longestWait({ policy, lookIntervalMs }: EngineSetting): number {
  const { settle, looks, deadline } = policy.remediate.verify
  return Math.max(deadline, settle + (looks + 2) * lookIntervalMs)
}

/** What was aborted for want of telemetry waits until there is some again. */
function isTimely({ seen, setting }: EngineState, action: SafeAction): boolean {
  if (action.class !== 'retry') return true
  const { looks, nowMs } = seen
  const recent = looks.filter(({ toMs }) => toMs > nowMs - setting.policy.remediate.verify.settle)
  return recent.length * setting.lookIntervalMs >= setting.policy.remediate.verify.settle - setting.lookIntervalMs
}

function judge(state: EngineState, outbox: Outbox, incident: Incident, one: Remediation): void {
  const { gate, setting } = state
  const { verdict, reasons, action } = judgeAction(
    gate,
    setting.policy.gate,
    requestOf(incident, one),
    gateFacts(state),
  )
  if (action !== null) one.action = action
  put(outbox, { type: 'gate', incident: incident.id, action: one.action, verdict, reasons })
  if (verdict === 'allow' || setting.policy.gate.mode === 'observe') apply(state, outbox, incident, one)
  else if (verdict === 'deny') one.status = 'denied'
  else {
    const reason = reasons.join('; ')
    one.question = put(outbox, { type: 'askApproval', incident: incident.id, action: one.action, reason })
    one.status = 'asked'
  }
}

function requestOf({ id }: Incident, { action }: Remediation) {
  return { incident: id, action, proposedBy: 'engine' as const }
}

/** A person's answer takes minutes, in which the world may move on. */
function isStillAllowed(state: EngineState, incident: Incident, one: Remediation): boolean {
  const { gate, setting } = state
  return reviewAction(gate, setting.policy.gate, requestOf(incident, one), gateFacts(state)).verdict !== 'deny'
}

function apply(state: EngineState, outbox: Outbox, incident: Incident, one: Remediation): void {
  const { seen, gate, setting } = state
  const { action } = one
  one.before = countBad(seen.looks, setting.site.service, ({ fromMs }) => fromMs >= seen.nowMs - beforeMs)
  one.effectId = put(outbox, { type: 'apply', incident: incident.id, action, undoes: null, reason: reasonOf(incident) })
  one.status = 'sent'
  one.deadlineMs = seen.nowMs + longestWait(setting)
  actionApplied(gate, action, seen.nowMs)
}

function reasonOf({ diagnosis }: Incident): string {
  const [first] = diagnosis?.ranked ?? []
  return first === undefined ? 'the policy does so at every alarm' : `${first.cause.kind}: ${first.cause.entity}`
}

/** Looks that begin after the action took effect, and carry traffic. */
function verify(state: EngineState, outbox: Outbox, incident: Incident, one: Remediation): void {
  const { seen, setting } = state
  const { looks: wanted, requests: least } = setting.policy.remediate.verify
  const latest = seen.looks.filter(({ fromMs }) => fromMs >= one.effectiveAtMs).slice(-wanted)
  const after = countBad(latest, setting.site.service, () => true)
  const isEnough = latest.length >= wanted && after.requests >= least
  const outcome = isEnough ? compare(one.before, after) : 'unknown'
  // New pods do not end a storm of retries at once: what is worse has until the deadline to get better.
  const maySettle = !isEnough || (outcome === 'worse' && one.action.class === 'scale')
  if (maySettle && seen.nowMs < one.deadlineMs) return
  const share = ({ bad, requests }: Counts) => `${bad} of ${requests}`
  const reason = `bad requests: ${share(one.before)} before, ${share(after)} after`
  conclude(state, outbox, incident, one, outcome, reason)
}

/** Worse or unknown: what can be taken back is. */
function conclude(
  state: EngineState,
  outbox: Outbox,
  incident: Incident,
  one: Remediation,
  outcome: VerifiedOutcome,
  reason: string,
): void {
  one.outcome = outcome
  actionFinished(state.gate, one.action, state.seen.nowMs, true)
  put(outbox, { type: 'verify', incident: incident.id, effectId: one.effectId, outcome, reason })
  const isGood = outcome === 'better' || outcome === 'no worse'
  if (isGood) {
    one.status = 'done'
    return
  }
  // What comes after it in the plan rests on it.
  giveUpRest(incident)
  if (takeBack(state, outbox, incident, one, `it was ${outcome}`)) return
  one.status = 'undone'
  actionUndone(state.gate, one.action, state.seen.nowMs)
  const widened = incident.remedies.findLast(({ action }) => action.class === 'widenThreshold')
  // The wider limit was for the release that is tried again, and alone it shows nothing.
  if (one.action.class === 'retry' && widened?.status === 'done')
    takeBack(state, outbox, incident, widened, `what it was for was ${outcome}`)
}

/** @returns false where nothing takes it back */
function takeBack(state: EngineState, outbox: Outbox, incident: Incident, one: Remediation, reason: string): boolean {
  const undo = undoOf(one.action)
  if (undo === null) return false
  const inverse = inverseOf(one.action)
  if (inverse !== null) actionApplied(state.gate, inverse, state.seen.nowMs)
  const undoes = one.effectId
  one.undoneBy.push(put(outbox, { type: 'apply', incident: incident.id, action: undo, undoes, reason }))
  one.status = 'undoing'
  one.undoHasFailed = false
  one.deadlineMs = state.seen.nowMs + longestWait(state.setting)
  return true
}

/** The gate tells an undo by its value; a message that is written again has none. */
function undoFinished({ gate, seen }: EngineState, action: SafeAction, ok: boolean): void {
  const inverse = inverseOf(action)
  if (inverse !== null) actionFinished(gate, inverse, seen.nowMs, ok)
  else if (ok) actionUndone(gate, action, seen.nowMs)
}
