import { setTimeout as sleep } from 'node:timers/promises'
import type { Actor, Effect } from '../../harness/model/effect.ts'
import type { EventData } from '../../harness/model/event.ts'
import type { Look } from '../../harness/model/look.ts'
import type { Observation, PodView, TimedObservation } from '../../harness/model/observation.ts'
import type { ToolAnswer, ToolCall } from '../../harness/model/tool.ts'
import type { Telemetry } from '../manifests/telemetry.ts'
import type { OperationResult } from './attempt.ts'
import { type Append, type EffectSetting, effectCarrier } from './carry-out.ts'
import type { KubeApi } from './kube-api.ts'
import { newMeasurements } from './measurements.ts'
import type { AnalysisRunObject, ConfigMapObject, EventObject, PodObject, RolloutObject } from './objects.ts'
import type { LiveOperation } from './operate.ts'
import { type RolloutTarget, rolloutPath } from './operations.ts'
import { type KeptProposal, proposalPatch } from './proposal-patch.ts'
import { sleepUntil } from './sleep-until.ts'
import { takeLooks } from './take-looks.ts'
import { answerTool } from './tools/answer-tool.ts'
import type { System } from './tools/asked.ts'
import { flagsConfig } from './tools/flags.ts'
import { analysisRunView, podView, rolloutView } from './views.ts'
import { watchObjects } from './watch.ts'
import { whoAborted } from './who-aborted.ts'

export interface ShellSetting {
  /** With the engine's own, narrow rights. */
  readonly api: KubeApi
  /** With the rights of people who act in the trial. */
  readonly peopleApi?: KubeApi | undefined
  readonly namespace: string
  readonly rollout: string
  /** One step of the engine under test. */
  readonly step: (observation: TimedObservation) => Effect[]
  readonly telemetry: Telemetry
  readonly system: System
  /** File that declares the Rollout. */
  readonly file: string
  /** Path of Prometheus behind the API server, without a slash at its end. */
  readonly prometheusPath: string
  readonly lookIntervalMs: number
  readonly horizonMs: number
  readonly append: Append
  /** Answers what the engine asks people; without it nobody is there to be asked. */
  readonly approve?: EffectSetting['approve']
  /** Keeps what the engine proposes: no forge does on a cluster. */
  readonly onProposal?: ((kept: KeptProposal) => void) | undefined
  /** Called at t = 0 with its epoch ms, a whole second: the world is in view and the engine runs. */
  readonly onStart: (startEpochMs: number, control: ShellControl) => void
  readonly signal: AbortSignal
}

/** For people who act in the trial. */
export interface ShellControl {
  /** Carries out what somebody does, and logs it. Never rejects. */
  readonly act: (actor: Actor, effectId: string, operation: LiveOperation) => Promise<OperationResult>
  /** What a tool would answer now. Never rejects. */
  readonly ask: (call: ToolCall) => Promise<ToolAnswer>
}

const listDeadlineMs = 20_000

/**
 * Runs an engine against a real cluster from t = 0 to the horizon. Observations reach it one at a time, in the order in which they
 * arrived. Rejects when the API cannot be followed or the signal aborts.
 */
export async function runShell(setting: ShellSetting): Promise<void> {
  const { api, namespace, append } = setting
  const failure = new AbortController()
  const finished = new AbortController()
  const signal = AbortSignal.any([setting.signal, failure.signal, finished.signal])
  const target: RolloutTarget = { api, namespace, name: setting.rollout }
  const pods = new Map<string, PodObject>()
  const podsSeen = new Map<string, PodObject>()
  const lastSeen = new Map<string, string>()
  const aborts = whoAborted()
  const measured = new Map<string, number>()
  let rollout: RolloutObject | undefined
  let flags: Readonly<Record<string, string>> = {}
  let startEpochMs: number | undefined
  let lastT = 0

  const fail = (error: Error) => failure.abort(error)
  const now = () => {
    // The look that is due at the horizon is some ms late.
    lastT = startEpochMs === undefined ? 0 : Math.min(setting.horizonMs, Math.max(lastT, Date.now() - startEpochMs))
    return lastT
  }

  function tell(observation: Observation) {
    const t = now()
    for (const effect of setting.step({ t, ...observation })) carryOut(t, effect)
  }

  const askWith =
    (by: KubeApi) =>
    (call: ToolCall): Promise<ToolAnswer> =>
      answerTool({ ...setting, api: by, pods, podsSeen, startEpochMs: startEpochMs ?? Date.now(), signal }, call)

  const { carryOut, act } = effectCarrier({
    ...{ target, append, now, tell, fail, signal },
    ask: askWith(api),
    peopleApi: setting.peopleApi,
    approve: setting.approve,
    propose: (number, proposal) =>
      setting.onProposal?.({
        number,
        proposal,
        name: setting.rollout,
        patch: rollout === undefined ? null : proposalPatch(rollout, proposal),
      }),
    currentHash: () => rollout?.status?.currentPodHash ?? '',
    whoAborted: aborts,
  })

  /** True for a view that differs from the last one of that object. */
  function isNews(key: string, view: unknown): boolean {
    const text = JSON.stringify(view)
    if (lastSeen.get(key) === text) return false
    lastSeen.set(key, text)
    return true
  }

  function rolloutChanged() {
    if (rollout === undefined) return
    const hash = rollout.status?.currentPodHash
    const views = [...pods.values()].map(pod => podView(pod, false))
    const view = rolloutView(rollout, views.filter(pod => pod.podTemplateHash === hash && pod.ready).length)
    if (!isNews('rollout', view)) return
    const t = now()
    append(t, 'rollout.changed', view)
    // The patch of an abort shows at once, the controller's answer with its reason a little later.
    if (!view.aborted) {
      if (lastSeen.delete('aborted')) aborts.forget(view.currentHash)
    } else if (view.phase === 'Degraded' && isNews('aborted', view.currentHash)) {
      const actor = aborts.of(view.currentHash, view.message)
      append(t, 'rollout.aborted', { actor, podTemplateHash: view.currentHash, message: view.message })
    }
    tell({ type: 'rollout.changed', rollout: view })
  }

  function podChanged(pod: PodObject, gone: boolean) {
    const view = podView(pod, gone)
    if (gone) pods.delete(view.name)
    else pods.set(view.name, pod)
    podsSeen.set(view.name, pod)
    if (!isNews(`pod ${view.name}`, view)) return
    append(now(), 'pod.changed', view)
    if (startEpochMs !== undefined) trafficShifted()
    tell({ type: 'pod.changed', pod: view })
    rolloutChanged()
  }

  function trafficShifted() {
    const versions = servingPods([...pods.values()].map(pod => podView(pod, false)))
    if (isNews('traffic', versions)) append(now(), 'traffic.shifted', { versions })
  }

  function runChanged(object: AnalysisRunObject) {
    for (const event of newMeasurements(object, measured)) append(now(), 'analysis.measured', event)
    const run = analysisRunView(object)
    if (!isNews(`run ${run.name}`, run)) return
    append(now(), 'analysisRun.changed', run)
    tell({ type: 'analysisRun.changed', run })
  }

  function flagsChanged({ data = {} }: ConfigMapObject) {
    const before = flags
    flags = data
    if (startEpochMs === undefined) return
    for (const [flag, toValue] of Object.entries(data)) {
      const fromValue = before[flag]
      if (fromValue === undefined || fromValue === toValue) continue
      append(now(), 'flag.changed', { actor: 'human', flag, fromValue, toValue })
      tell({ type: 'flag.changed', flag, fromValue, toValue })
    }
  }

  function lookDone(outcome: Look | string) {
    if (typeof outcome === 'string') {
      append(now(), 'look.missed', { reason: outcome })
      tell({ type: 'time.passed' })
    } else {
      append(now(), 'look.taken', outcome as EventData<'look.taken'>)
      tell({ type: 'look', look: outcome })
    }
  }

  try {
    const first = await api.json<RolloutObject>('GET', rolloutPath(target), { signal })
    const labels = Object.entries(first.spec.selector.matchLabels)
    const labelSelector = labels.map(([label, value]) => `${label}=${value}`).join(',')
    const shared = { signal, onFailure: fail }
    const argo = `/apis/argoproj.io/v1alpha1/namespaces/${namespace}`
    const watches = Promise.all([
      watchObjects<PodObject>(api, {
        ...shared,
        path: `/api/v1/namespaces/${namespace}/pods`,
        labelSelector,
        onChange: pod => podChanged(pod, false),
        onGone: pod => podChanged(pod, true),
      }),
      watchObjects<RolloutObject>(api, {
        ...shared,
        path: `${argo}/rollouts`,
        name: setting.rollout,
        onChange(object) {
          rollout = object
          rolloutChanged()
        },
      }),
      watchObjects<AnalysisRunObject>(api, { ...shared, path: `${argo}/analysisruns`, onChange: runChanged }),
      watchObjects<ConfigMapObject>(api, {
        ...shared,
        path: `/api/v1/namespaces/${namespace}/configmaps`,
        name: flagsConfig,
        onChange: flagsChanged,
      }),
      watchObjects<EventObject>(api, {
        ...shared,
        path: `/api/v1/namespaces/${namespace}/events`,
        onChange: ({ involvedObject, reason = '', message = '' }) => {
          if (startEpochMs === undefined || !['Rollout', 'AnalysisRun'].includes(involvedObject.kind)) return
          append(now(), 'kubernetes.emitted', {
            object: `${involvedObject.kind}/${involvedObject.name}`,
            reason,
            message,
          })
        },
      }),
    ])
    await Promise.race([watches, deadline(listDeadlineMs, 'the first list of the namespace', signal)])
    await sleep(1000 - (Date.now() % 1000), undefined, { signal })
    startEpochMs = Math.round(Date.now() / 1000) * 1000
    trafficShifted()
    setting.onStart(startEpochMs, { act, ask: askWith(setting.peopleApi ?? api) })
    await takeLooks({
      ...{
        api,
        namespace,
        telemetry: setting.telemetry,
        system: setting.system,
        prometheusPath: setting.prometheusPath,
      },
      ...{ lookIntervalMs: setting.lookIntervalMs, horizonMs: setting.horizonMs, startEpochMs, signal },
      podStartMs(name) {
        const pod = pods.get(name)
        return pod && Date.parse(pod.metadata.creationTimestamp)
      },
      onLook: lookDone,
    })
    await sleepUntil(startEpochMs + setting.horizonMs, signal)
  } catch (error) {
    setting.signal.throwIfAborted()
    throw failure.signal.aborted ? failure.signal.reason : error
  } finally {
    finished.abort()
  }
}

function servingPods(views: readonly PodView[]): { podTemplateHash: string; pods: number }[] {
  const hashes = [...new Set(views.map(pod => pod.podTemplateHash))].sort()
  return hashes
    .map(podTemplateHash => ({
      podTemplateHash,
      pods: views.filter(pod => pod.podTemplateHash === podTemplateHash && pod.ready).length,
    }))
    .filter(version => version.pods > 0)
}

async function deadline(timeoutMs: number, what: string, signal: AbortSignal): Promise<never> {
  await sleep(timeoutMs, undefined, { signal })
  throw new Error(`${what} did not arrive within ${timeoutMs / 1000} s`)
}
