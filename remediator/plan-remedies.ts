import { type CauseKind, isReleaseCause } from '../harness/model/cause.ts'
import type { SafeAction, SafeClass, Target } from '../harness/model/safe-action.ts'
import { answersOf } from './diagnose/diagnose.ts'
import type { Incident } from './incidents.ts'
import type { EngineState } from './state.ts'

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

/** What is to be done about an incident, in order: what its confirmed or likely cause asks for, or what the policy does at every alarm. */
export function actionsFor(state: EngineState, incident: Incident): SafeAction[] {
  const { on, blind, actions } = state.setting.policy.remediate
  if (on === 'alarm') return blind.flatMap(wanted => actionsOf(state, incident, wanted, ''))
  const { diagnosis } = incident
  const [first] = diagnosis?.ranked ?? []
  if (diagnosis === null || diagnosis.verdict === 'inconclusive' || first === undefined) return []
  const { kind, entity } = first.cause
  // What a release has brought goes with it.
  if (isReleaseCause(first.cause) && incident.blames !== null) return []
  const wanted = actions[kind] ?? usualClass[kind]
  return wanted === undefined ? [] : actionsOf(state, incident, wanted, entity)
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
      const fromReplicas = rollout.replicas
      const replicas = Math.ceil((baseline?.replicas ?? fromReplicas) * policy.remediate.scaleFactor)
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
function busiestFirst<Pod extends { readonly name: string }>({ diagnosing }: Incident, pods: readonly Pod[]): Pod[] {
  const measured = answersOf(diagnosing, 'metrics').at(-1)?.pods ?? []
  const inFlight = new Map(measured.map(one => [one.pod, one.inFlight]))
  const most = Math.max(0, ...inFlight.values())
  const of = ({ name }: Pod) => inFlight.get(name) ?? 0
  return pods
    .filter(pod => of(pod) > 0 && of(pod) >= most / 2)
    .toSorted((a, b) => of(b) - of(a) || (a.name < b.name ? -1 : 1))
}

/** By the start that the objects' answer tells; without one in order of the name. */
function oldestFirst<Pod extends { readonly name: string }>({ diagnosing }: Incident, pods: readonly Pod[]): Pod[] {
  const started = new Map<string, number>()
  for (const answer of answersOf(diagnosing, 'objects'))
    for (const { name, startedAtMs } of answer.pods) started.set(name, startedAtMs)
  const startOf = ({ name }: Pod) => started.get(name) ?? 0
  return pods.toSorted((a, b) => startOf(a) - startOf(b) || (a.name < b.name ? -1 : 1))
}
