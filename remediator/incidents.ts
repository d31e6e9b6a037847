import type { Diagnosis } from '../harness/model/cause.ts'
import type { Alarm } from '../harness/model/effect.ts'
import type { TimedObservation } from '../harness/model/observation.ts'
import { rearmService } from './detect.ts'
import {
  answersOf,
  conclude,
  type DiagnosisFacts,
  type DiagnosisState,
  nextCalls,
  startDiagnosis,
  takeAnswer,
} from './diagnose/diagnose.ts'
import { failedMetricIn } from './diagnose/failed-metric.ts'
import { type Outbox, put } from './outbox.ts'
import { type FixFacts, proposeFix } from './propose/propose-fix.ts'
import { isFinished, planRemedies, type Remediation, remedy } from './remediate.ts'
import type { EngineState, Watch } from './state.ts'

/** Something that went wrong, from the first page on. Plain data. */
export interface Incident {
  readonly id: string
  readonly openedAtMs: number
  /** The revision that is called bad; null: none. */
  readonly blames: string | null
  readonly stableHash: string
  /** When the version came that was judged then; null: none was. */
  readonly deployedAtMs: number | null
  /** Argo Rollouts has aborted by itself. */
  readonly byArgo: boolean
  readonly diagnosing: DiagnosisState
  /** Effect ids of the calls of tools, in their order. */
  readonly calls: string[]
  diagnosis: Diagnosis | null
  readonly remedies: Remediation[]
  /** When remedies were planned last. */
  plannedAtMs: number
  closed: boolean
}

/** What makes an incident. */
export interface Opening {
  readonly blames: string | null
  readonly byArgo: boolean
  readonly reason: string
}

/** The incident that is about no revision, or about the one that is judged. */
export function openIncident({ incidents }: EngineState, blames: string | null = null): Incident | undefined {
  return incidents.find(one => !one.closed && one.blames === blames)
}

/** Takes up a trouble, unless it is taken up already. */
function open(state: EngineState, outbox: Outbox, { blames, byArgo, reason }: Opening): void {
  if (state.incidents.some(one => one.blames === blames && (blames !== null || !one.closed))) return
  const id = `${state.setting.trial}/i${state.incidents.length + 1}`
  const { judgement, seen } = state
  const stableHash = judgement?.stableHash ?? seen.rollout?.stableHash ?? ''
  const deployedAtMs = judgement?.sinceMs ?? null
  const failedMetric = byArgo ? failedMetricIn(reason, state.setting.site.baseline?.thresholds ?? []) : undefined
  const trouble = {
    incident: id,
    openedAtMs: seen.nowMs,
    blames,
    stableHash,
    alarms: alarmsOf(state),
    byArgo,
    failedMetric,
  }
  put(outbox, { type: 'incident', incident: id, state: 'opened', reason })
  const incident: Incident = {
    id,
    openedAtMs: seen.nowMs,
    blames,
    stableHash,
    deployedAtMs,
    byArgo,
    diagnosing: startDiagnosis(trouble, factsOf(state, deployedAtMs), state.setting.policy.diagnose),
    calls: [],
    diagnosis: null,
    remedies: [],
    plannedAtMs: 0,
    closed: false,
  }
  state.incidents.push(incident)
  put(outbox, { type: 'wake', atMs: seen.nowMs + state.setting.policy.diagnose.deadline })
  if (state.setting.policy.remediate.on === 'alarm') planRemedies(state, incident)
}

/** Goes on with every open incident: evidence, diagnosis, proposal, remedy. */
export function followIncidents(
  state: EngineState,
  outbox: Outbox,
  observation: TimedObservation,
  opening: Opening | undefined,
): void {
  if (opening !== undefined) open(state, outbox, opening)
  openOnArgosAbort(state, outbox, observation)
  for (const incident of state.incidents) {
    if (incident.closed) continue
    if (observation.type === 'tool.answered') take(incident, observation)
    if (incident.diagnosis === null) diagnose(state, outbox, incident)
    remedy(state, outbox, incident, observation)
    const reason = whyOver(state, incident)
    if (reason !== undefined) close(state, outbox, incident, reason)
  }
}

/** Argo Rollouts may take a release back on its own evidence, or for want of any. */
function openOnArgosAbort(state: EngineState, outbox: Outbox, { type }: TimedObservation): void {
  const { judgement, seen, revisions } = state
  if (type !== 'rollout.changed' || judgement === null || seen.rollout?.aborted !== true) return
  if (seen.rollout.currentHash !== judgement.judgedHash) return
  const revision = revisions[judgement.judgedHash]
  if (revision === undefined || revision.action !== null || revision.actionsSpent > 0) return
  open(state, outbox, { blames: judgement.judgedHash, byArgo: true, reason: seen.rollout.message })
}

function take(
  { calls, diagnosing }: Incident,
  { effectId, answer }: TimedObservation & { readonly type: 'tool.answered' },
): void {
  const index = calls.indexOf(effectId)
  if (index !== -1) takeAnswer(diagnosing, index, answer)
}

function diagnose(state: EngineState, outbox: Outbox, incident: Incident): void {
  // A way back is a deploy too, and must not be taken for the one that made it necessary.
  const facts = factsOf(state, incident.deployedAtMs)
  const { diagnosing } = incident
  for (const call of nextCalls(diagnosing, facts)) {
    state.toolCallsMs.push(state.seen.nowMs)
    incident.calls.push(put(outbox, { type: 'callTool', incident: incident.id, call }))
  }
  const diagnosis = conclude(diagnosing, facts)
  if (diagnosis === undefined) return
  incident.diagnosis = diagnosis
  put(outbox, { type: 'diagnose', diagnosis })
  const proposal = proposeFix(diagnosis, fixFacts(state, incident))
  if (proposal !== undefined) put(outbox, { type: 'propose', proposal })
  if (state.setting.policy.remediate.on === 'diagnosis') planRemedies(state, incident)
}

function fixFacts({ setting }: EngineState, { diagnosing, stableHash }: Incident): FixFacts {
  return {
    service: setting.site.service,
    changes: answersOf(diagnosing, 'changes').at(-1)?.changes ?? [],
    objects: answersOf(diagnosing, 'objects').at(-1),
    judgedHash: diagnosing.judgedHash,
    stableHash,
  }
}

/**
 * A release that was taken back is over when it is explained, or once what Argo Rollouts had taken back is live after all; other trouble
 * when a remedy has ended it.
 */
function whyOver({ seen }: EngineState, { blames, byArgo, diagnosis, remedies }: Incident): string | undefined {
  if (diagnosis === null || !remedies.every(isFinished)) return undefined
  if (blames === null) return remedies.some(({ outcome }) => outcome === 'better') ? 'a remedy has ended it' : undefined
  if (seen.rollout === null) return undefined
  const { currentHash, stableHash, aborted } = seen.rollout
  if (byArgo && stableHash === blames) return 'the release is live after all'
  return currentHash !== blames || aborted ? 'the release is taken back' : undefined
}

function close(state: EngineState, outbox: Outbox, incident: Incident, reason: string): void {
  incident.closed = true
  put(outbox, { type: 'incident', incident: incident.id, state: 'closed', reason })
  rearmService(state)
}

function alarmsOf({ judgement, watches }: EngineState): Alarm[] {
  const found = (watch: Watch) => [watch.blaming, watch.unblaming].filter(alarm => alarm !== null)
  return [...(judgement?.watches ?? []), ...watches].filter(({ deciding }) => deciding).flatMap(found)
}

function factsOf({ seen, setting, toolCallsMs }: EngineState, deployedAtMs: number | null): DiagnosisFacts {
  const { toolCalls, window } = setting.policy.diagnose
  return {
    nowMs: seen.nowMs,
    service: setting.site.service,
    rollout: seen.rollout,
    looks: seen.looks,
    pods: seen.pods,
    upperBoundsS: setting.latencyBucketsS,
    deployedAtMs,
    flagChanges: seen.flagChanges,
    toolCallsLeft: toolCalls - toolCallsMs.filter(atMs => atMs > seen.nowMs - window).length,
  }
}
