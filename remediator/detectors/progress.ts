import * as z from 'zod'
import type { PodView } from '../../harness/model/observation.ts'
import { durationMs } from '../../harness/model/schema-types.ts'
import { type DetectorContext, defineDetector, type Finding } from './detector.ts'

const waitingReasons = ['CrashLoopBackOff', 'CreateContainerConfigError', 'ErrImagePull', 'ImagePullBackOff'] as const

const tuning = z.strictObject({
  waiting: z
    .partialRecord(z.enum(waitingReasons), durationMs)
    .default({ CrashLoopBackOff: 0, CreateContainerConfigError: 0, ErrImagePull: 30_000, ImagePullBackOff: 30_000 })
    .meta({ description: 'Waiting reasons that count, and how long a pod has to wait for such a reason' }),
  restarts: z.int().min(1).default(2).meta({ description: 'Restarts of one pod within `restartWindow`' }),
  restartWindow: durationMs.default(600_000),
  pods: z.int().min(1).default(2).meta({ description: 'Pods that have to show it; all of them where fewer exist' }),
  deadline: durationMs.default(600_000).meta({ description: 'Time without any progress of the rollout' }),
})
type Tuning = z.output<typeof tuning>

interface PodRecord {
  restarts: number
  /** The latest restarts, at most as many as the tuning asks for. */
  restartedAtMs: number[]
  waitingSinceMs: number | null
}

interface State {
  readonly pods: Record<string, PodRecord>
  /** What the rollout had reached, and when. */
  reached: string
  reachedAtMs: number
  /** Nothing can come due before, if nothing is observed. */
  nextDueMs: number
  score: number
}

/**
 * Do the judged version's pods run, and does the rollout get on? Blames the judged revision when enough of its pods wait for a
 * reason that does not pass by itself or keep restarting, or when they do not get ready within the deadline, and no pod of the
 * stable version shows the same; otherwise it blames none. The score is the share of the judged version's pods that show it.
 *
 * Restart window: the kubelet forgets a container's back-off after 10 min of running. Deadline: `progressDeadlineSeconds` of
 * Kubernetes and Argo Rollouts, 600 s. A failed pull may be the registry's trouble, so it has to last (assumption).
 */
export const progress = defineDetector<Tuning, State>({
  name: 'progress',
  finds: 'pods of the new version that wait, keep restarting or are not ready in time',
  scope: 'rollout',
  tuning,
  create: (chosen, context) => {
    const state: State = { pods: {}, reached: '', reachedAtMs: context.nowMs, nextDueMs: 0, score: 0 }
    for (const pod of Object.values(context.pods)) {
      state.pods[pod.name] = { restarts: pod.restarts, restartedAtMs: [], waitingSinceMs: null }
      notePod(state, chosen, pod, context.nowMs)
    }
    noteProgress(state, context)
    return state
  },
  observe: (state, chosen, observation, context) => {
    const { type } = observation
    if (type === 'pod.changed') notePod(state, chosen, observation.pod, context.nowMs)
    else if (type === 'rollout.changed') noteProgress(state, context)
    else if (context.nowMs < state.nextDueMs) return undefined
    return judge(state, chosen, context)
  },
  score: ({ score }) => score,
})

function notePod(state: State, chosen: Tuning, pod: PodView, nowMs: number): void {
  let record = state.pods[pod.name]
  if (record === undefined) {
    record = { restarts: 0, restartedAtMs: [], waitingSinceMs: null }
    state.pods[pod.name] = record
  }
  for (let i = Math.max(record.restarts, pod.restarts - chosen.restarts); i < pod.restarts; i++) {
    record.restartedAtMs.push(nowMs)
  }
  if (record.restartedAtMs.length > chosen.restarts) {
    record.restartedAtMs = record.restartedAtMs.slice(-chosen.restarts)
  }
  record.restarts = Math.max(record.restarts, pod.restarts)
  if (holdOf(chosen, pod) === undefined) record.waitingSinceMs = null
  else record.waitingSinceMs ??= nowMs
}

/**
 * Available pods, scaling and steps are progress. A rollout that is paused, aborted or done need make none, nor does one whose new
 * pods are all available: it waits for an analysis.
 */
function noteProgress(state: State, { rollout, nowMs }: DetectorContext): void {
  if (rollout === null) return
  const { phase, aborted, currentHash, stableHash, currentStepIndex, updatedReplicas, updatedAvailable } = rollout
  const complete = updatedReplicas > 0 && updatedAvailable >= updatedReplicas
  const rests = phase === 'Paused' || aborted || complete || currentHash === stableHash
  const reached = rests ? '' : `${currentStepIndex}/${updatedReplicas}/${updatedAvailable}`
  if (reached === state.reached && reached !== '') return
  state.reached = reached
  state.reachedAtMs = nowMs
}

function judge(state: State, chosen: Tuning, context: DetectorContext): Finding | undefined {
  const { nowMs, judgedHash, stableHash } = context
  const isLate = state.reached !== '' && nowMs - state.reachedAtMs >= chosen.deadline
  const symptoms: { judged: string[]; stable: string[] } = { judged: [], stable: [] }
  const unready = { judged: 0, stable: 0 }
  let existing = 0
  state.nextDueMs = isLate || state.reached === '' ? Number.POSITIVE_INFINITY : state.reachedAtMs + chosen.deadline
  for (const pod of Object.values(context.pods)) {
    const side = pod.podTemplateHash === judgedHash ? 'judged' : pod.podTemplateHash === stableHash ? 'stable' : null
    if (side === null || !['Pending', 'Running'].includes(pod.phase)) continue
    if (side === 'judged') existing++
    if (!pod.ready && pod.phase === 'Running') unready[side]++
    const symptom = symptomOf(state, chosen, pod, nowMs)
    if (symptom !== undefined) symptoms[side].push(symptom)
  }
  state.score = existing === 0 ? 0 : symptoms.judged.length / existing
  const enough = Math.max(1, Math.min(chosen.pods, existing))
  if (symptoms.judged.length >= enough) {
    const [first] = symptoms.judged
    return symptoms.stable.length === 0
      ? { blames: judgedHash, reason: `${symptoms.judged.length} of ${existing} pods: ${first}` }
      : { blames: null, reason: `pods of both versions: ${first}` }
  }
  if (!isLate) return undefined
  const itsFault = unready.judged >= enough && unready.stable === 0
  const reason = `no progress for ${Math.round((nowMs - state.reachedAtMs) / 1000)} s`
  return { blames: itsFault ? judgedHash : null, reason }
}

function symptomOf(state: State, chosen: Tuning, pod: PodView, nowMs: number): string | undefined {
  const record = state.pods[pod.name]
  if (record === undefined) return undefined
  const hold = holdOf(chosen, pod)
  if (hold !== undefined && record.waitingSinceMs !== null) {
    const dueMs = record.waitingSinceMs + hold
    if (nowMs >= dueMs) return pod.waitingReason
    state.nextDueMs = Math.min(state.nextDueMs, dueMs)
  }
  const recent = record.restartedAtMs.filter(atMs => atMs > nowMs - chosen.restartWindow)
  return recent.length >= chosen.restarts ? `${pod.restarts} restarts` : undefined
}

function holdOf(chosen: Tuning, pod: PodView): number | undefined {
  return chosen.waiting[pod.waitingReason as (typeof waitingReasons)[number]]
}
