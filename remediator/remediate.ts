import { type CauseKind, isReleaseCause } from '../harness/model/cause.ts'
import type { VerifiedOutcome } from '../harness/model/effect.ts'
import type { TimedObservation } from '../harness/model/observation.ts'
import type { SafeAction, SafeClass, Target } from '../harness/model/safe-action.ts'
import { judgeAction, reviewAction } from './gate/gate.ts'
import { actionApplied, actionFinished, actionUndone } from './gate/state.ts'
import { gateFacts } from './gate-facts.ts'
import type { Incident } from './incidents.ts'
import { type Outbox, put } from './outbox.ts'
import type { EngineState } from './state.ts'
import { type Counts, compare, countBad } from './verify.ts'

/** One safe action on its way: judged by the gate, perhaps approved, applied, verified, else undone. */
export interface Remediation {
  readonly action: SafeAction
  status: 'planned' | 'asked' | 'sent' | 'verifying' | 'undoing' | 'done' | 'denied' | 'failed' | 'undone'
  effectId: string
  /** The effect by which people were asked to approve it; empty where none did. */
  question: string
  /** The effect that took it back; empty where none did. */
  undoneBy: string
  effectiveAtMs: number
  deadlineMs: number
  before: Counts
  outcome: VerifiedOutcome | null
}

/** Which safe class answers a cause, where the policy names no other. A flag is for a pull request, a dependency for its owners. */
const usualClass: Partial<Record<CauseKind, SafeClass>> = {
  'lack of capacity': 'scale',
  'worker leak': 'restartPod',
  'memory leak': 'restartPod',
  'sick pod': 'restartPod',
  'tight threshold': 'widenThreshold',
  'silent telemetry': 'retry',
  'noisy log': 'quietLog',
}

/** Time before the action that its outcome is compared with. */
const beforeMs = 60_000

/** Plans what to do about an incident: by its diagnosis, or at its first alarm what the policy always does. */
export function planRemedies(state: EngineState, incident: Incident): void {
  const isBlind = state.setting.policy.remediate.on === 'alarm'
  const actions = isBlind ? blindActions(state, incident) : actionsFor(state, incident)
  incident.plannedAtMs = state.seen.nowMs
  for (const action of actions) {
    incident.remedies.push({
      action,
      status: 'planned',
      effectId: '',
      question: '',
      undoneBy: '',
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
      if (observation.type !== 'effect.finished' || observation.effectId !== one.effectId) return
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
      one.deadlineMs = seen.nowMs + setting.policy.remediate.verify.deadline
      put(outbox, { type: 'wake', atMs: one.deadlineMs })
      return
    case 'verifying':
      verify(state, outbox, incident, one)
      return
    case 'undoing':
      if (observation.type !== 'effect.finished' || observation.effectId !== one.undoneBy) return
      actionFinished(gate, inverseOf(one.action)!, seen.nowMs, observation.ok)
      // The gate tells by itself only what is taken back by another value.
      if (observation.ok && one.action.class === 'quietLog') actionUndone(gate, one.action, seen.nowMs)
      one.status = observation.ok ? 'undone' : 'failed'
  }
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
  const { verdict, reasons } = judgeAction(gate, setting.policy.gate, requestOf(incident, one), gateFacts(state))
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
function isStillAllowed({ gate, ...state }: EngineState, incident: Incident, one: Remediation): boolean {
  const facts = gateFacts({ gate, ...state })
  return reviewAction(gate, state.setting.policy.gate, requestOf(incident, one), facts).verdict !== 'deny'
}

function apply(state: EngineState, outbox: Outbox, incident: Incident, one: Remediation): void {
  const { seen, gate, setting } = state
  const { action } = one
  one.before = countBad(seen.looks, setting.site.service, ({ fromMs }) => fromMs >= seen.nowMs - beforeMs)
  one.effectId = put(outbox, { type: 'apply', incident: incident.id, action, undoes: null, reason: reasonOf(incident) })
  one.status = 'sent'
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
  const isAfter = ({ fromMs }: { readonly fromMs: number }) => fromMs >= one.effectiveAtMs
  const after = countBad(seen.looks, setting.site.service, isAfter)
  const isEnough = seen.looks.filter(isAfter).length >= wanted && after.requests >= least
  if (!isEnough && seen.nowMs < one.deadlineMs) return
  const outcome = isEnough ? compare(one.before, after) : 'unknown'
  const share = ({ bad, requests }: Counts) => `${bad} of ${requests}`
  const reason = `bad requests: ${share(one.before)} before, ${share(after)} after`
  one.outcome = outcome
  actionFinished(state.gate, one.action, seen.nowMs, true)
  put(outbox, { type: 'verify', incident: incident.id, effectId: one.effectId, outcome, reason })
  const isGood = outcome === 'better' || outcome === 'no worse'
  if (isGood) {
    one.status = 'done'
    return
  }
  // What comes after it in the plan rests on it.
  giveUpRest(incident)
  const inverse = inverseOf(one.action)
  if (inverse === null) {
    one.status = 'undone'
    actionUndone(state.gate, one.action, seen.nowMs)
    return
  }
  const undoes = one.effectId
  actionApplied(state.gate, inverse, seen.nowMs)
  one.undoneBy = put(outbox, {
    type: 'apply',
    incident: incident.id,
    action: inverse,
    undoes,
    reason: `it was ${outcome}`,
  })
  one.status = 'undoing'
}

/** null: a pod that was restarted, or a release that was tried again, cannot be taken back by an action of the same class. */
function inverseOf(action: SafeAction): SafeAction | null {
  switch (action.class) {
    case 'scale':
      return { ...action, fromReplicas: action.replicas, replicas: action.fromReplicas }
    case 'widenThreshold':
      return { ...action, fromValue: action.toValue, toValue: action.fromValue }
    case 'quietLog':
      return action
    case 'restartPod':
    case 'retry':
      return null
  }
}

/** What a confirmed or likely cause asks for, in order. */
function actionsFor(state: EngineState, incident: Incident): SafeAction[] {
  const { diagnosis } = incident
  const [first] = diagnosis?.ranked ?? []
  if (diagnosis === null || diagnosis.verdict === 'inconclusive' || first === undefined) return []
  const { actions } = state.setting.policy.remediate
  const { kind, entity } = first.cause
  // What a release has brought goes with it.
  if (isReleaseCause(first.cause) && incident.blames !== null) return []
  const wanted = actions[kind] ?? usualClass[kind]
  return wanted === undefined ? [] : actionsOf(state, incident, wanted, entity)
}

function blindActions(state: EngineState, incident: Incident): SafeAction[] {
  return state.setting.policy.remediate.blind.flatMap(wanted => actionsOf(state, incident, wanted, ''))
}

function actionsOf(
  { setting, seen }: EngineState,
  incident: Incident,
  wanted: SafeClass,
  entity: string,
): SafeAction[] {
  const { site, policy } = setting
  const { target, baseline } = site
  const { rollout, pods } = seen
  if (rollout === null) return []
  switch (wanted) {
    case 'scale': {
      const fromReplicas = baseline?.replicas ?? rollout.replicas
      const replicas = Math.ceil(fromReplicas * policy.remediate.scaleFactor)
      return [{ class: 'scale', target, fromReplicas, replicas }]
    }
    case 'restartPod': {
      const alive = Object.values(pods).filter(({ phase }) => phase === 'Running')
      const named = alive.filter(({ name }) => name === entity)
      const busy = busiestFirst(incident, alive)
      const chosen = named.length > 0 ? named : busy.length > 0 ? busy : oldestFirst(incident, alive)
      return chosen.map(({ name }) => ({ class: 'restartPod', target, pod: name }))
    }
    case 'widenThreshold': {
      const [template = '', metric = ''] = entity.split('/')
      const approved = baseline?.thresholds.find(one => one.template === template && one.metric === metric)
      if (approved === undefined) return []
      const { limit: fromValue, fails } = approved
      const toValue = widened(fromValue, fails, policy.remediate.widenFactor)
      const analysis: Target = { ...target, kind: 'AnalysisTemplate', name: template }
      const widen: SafeAction = { class: 'widenThreshold', target: analysis, metric, fromValue, toValue }
      return [widen, ...retryOf(incident, target)]
    }
    case 'retry':
      return retryOf(incident, target)
    case 'quietLog':
      return [{ class: 'quietLog', target, message: entity }]
  }
}

/** A limit that is failed below, such as a success ratio, is widened where its distance to 1 is. */
function widened(limit: number, fails: 'above' | 'below', factor: number): number {
  const wider = fails === 'above' ? limit * factor : 1 - (1 - limit) * factor
  return Number(wider.toPrecision(6))
}

function retryOf({ blames: podTemplateHash }: Incident, target: Target): SafeAction[] {
  return podTemplateHash === null ? [] : [{ class: 'retry', target, podTemplateHash }]
}

/** Pods with at least half as many requests in progress as the busiest, that one first: their workers are gone. */
function busiestFirst<Pod extends { readonly name: string }>(incident: Incident, pods: readonly Pod[]): Pod[] {
  const answer = incident.answers.findLast(one => one.tool === 'metrics' && !('error' in one))
  const measured = answer !== undefined && 'pods' in answer && answer.tool === 'metrics' ? answer.pods : []
  const inFlight = new Map(measured.map(one => [one.pod, one.inFlight]))
  const most = Math.max(0, ...inFlight.values())
  const of = ({ name }: Pod) => inFlight.get(name) ?? 0
  return pods
    .filter(pod => of(pod) > 0 && of(pod) >= most / 2)
    .toSorted((a, b) => of(b) - of(a) || (a.name < b.name ? -1 : 1))
}

/** By the start that the objects' answer tells; without one in order of the name. */
function oldestFirst<Pod extends { readonly name: string }>({ answers }: Incident, pods: readonly Pod[]): Pod[] {
  const started = new Map<string, number>()
  for (const answer of answers) {
    if ('error' in answer || answer.tool !== 'objects') continue
    for (const { name, startedAtMs } of answer.pods) started.set(name, startedAtMs)
  }
  const startOf = ({ name }: Pod) => started.get(name) ?? 0
  return pods.toSorted((a, b) => startOf(a) - startOf(b) || (a.name < b.name ? -1 : 1))
}
