import type { Parameters } from '../../harness/model/parameters.ts'
import { subjectCallsPerEntryRequest, type Topology } from '../../harness/model/topology.ts'
import type { TrialPlan } from '../../harness/model/trial.ts'
import { meanFactor } from '../load-profile.ts'
import { type LookShape, lookShape } from '../look-maker.ts'
import { lookIntervalMs } from '../looks.ts'
import type { AnalysisTemplate, Rollout } from '../manifests/argo-types.ts'
import type { HorizontalPodAutoscaler } from '../manifests/autoscaler-types.ts'
import { sloLatencyS, type Telemetry } from '../manifests/telemetry.ts'
import { withErrorLimit } from './argo/thresholds.ts'
import { type ContainerLimits, containerLimits } from './container-limits.ts'
import { type PodNoise, podNoise } from './draw-pod.ts'
import type { BucketBounds } from './subject/bucket-law.ts'
import { type TrafficSetting, trafficNoise } from './subject/cell.ts'
import { compileSystem, type SystemModel } from './system/index.ts'
import { type TelemetrySetting, telemetrySetting } from './telemetry-setting.ts'

/** Manifests and telemetry of the service under test. */
export interface Subject {
  readonly rollout: Rollout
  readonly templates: readonly AnalysisTemplate[]
  readonly telemetry: Telemetry
  readonly autoscaler?: HorizontalPodAutoscaler | undefined
  /** Where the release stands: an environment variable of the first container. */
  readonly release: { readonly file: string; readonly variable: string }
}

/** What the service under test lives among. */
export interface Environment {
  readonly topology: Topology
  readonly parameters: Parameters
}

/** What does not change in a world and is shared by its clones. */
export interface WorldSetting extends Environment {
  readonly plan: TrialPlan
  readonly subject: Subject
  readonly namespace: string
  readonly lookIntervalMs: number
  readonly lookShape: LookShape
  readonly traffic: TrafficSetting
  readonly pods: PodNoise
  readonly telemetry: TelemetrySetting
  readonly system: SystemModel
  /** Requests of users for each of those that they make to the service under test. */
  readonly usersPerRequest: number
  /** What one pod has. */
  readonly pod: ContainerLimits & {
    readonly workers: number
    readonly idleMemoryBytes: number
  }
  /** How long whoever calls the service waits for an answer. */
  readonly callerTimeoutMs: number
}

export function worldSetting(plan: TrialPlan, manifests: Subject, environment: Environment): WorldSetting {
  const subject = inPlan(manifests, plan)
  const { telemetry, rollout, templates } = subject
  const { topology, parameters } = environment
  const { seed, scenario } = plan
  const system = compile(environment)
  const service = topology.services[topology.subject]!
  const limits = containerLimits(rollout.spec.template.spec?.containers[0])
  const { idleMemory } = parameters.kubernetes.pod
  const quiet = plan.noiseFree ? withoutLuck(parameters) : parameters
  return {
    ...environment,
    plan: plan.noiseFree ? { ...plan, load: { ...plan.load, modulation: [] } } : plan,
    subject,
    system,
    namespace: rollout.metadata.namespace ?? 'default',
    lookIntervalMs: lookIntervalMs(telemetry.scrapeInterval),
    lookShape: lookShape(telemetry, topology),
    pods: podNoise(seed, scenario),
    telemetry: telemetrySetting({
      seed,
      scenario,
      rollout,
      templates,
      telemetry,
      objectiveS: sloLatencyS,
      parameters: quiet.telemetry,
      noiseFree: plan.noiseFree,
    }),
    traffic: {
      noise: trafficNoise(seed, scenario),
      dispersionIndex: plan.noiseFree ? 0 : plan.dispersionIndex,
      baseErrorRatio: plan.noiseFree ? 0 : plan.baseErrorRatio,
      bounds: boundsOf(telemetry),
    },
    usersPerRequest: 1 / subjectCallsPerEntryRequest(topology),
    pod: {
      workers: service.workers,
      ...limits,
      idleMemoryBytes: Math.min(idleMemory.value, (limits.memoryLimitBytes ?? Infinity) / 2),
    },
    callerTimeoutMs: system.nodes[system.subject]!.callerTimeoutS * 1000,
  }
}

/** A limit that is too tight stands in the manifests. */
function inPlan(subject: Subject, { incident }: TrialPlan): Subject {
  if (incident?.analysis?.kind !== 'limit') return subject
  return { ...subject, templates: withErrorLimit(subject.templates, incident.analysis.limit) }
}

/** Requests that users cause at the service under test in an interval, as expected. */
export function expectedRequests({ plan }: WorldSetting, fromMs: number, toMs: number): number {
  return (plan.requestsPerSecond * meanFactor(plan.load, fromMs, toMs) * (toMs - fromMs)) / 1000
}

/** Compiled once per environment: the worlds of a run share it. */
const compiled = new WeakMap<Environment, SystemModel>()

function compile(environment: Environment): SystemModel {
  let model = compiled.get(environment)
  if (model === undefined) {
    model = compileSystem(environment.topology, environment.parameters, sloLatencyS)
    compiled.set(environment, model)
  }
  return model
}

/** One object per telemetry, so that laws are cut once. */
const bucketBounds = new WeakMap<Telemetry, BucketBounds>()

function boundsOf(telemetry: Telemetry): BucketBounds {
  let bounds = bucketBounds.get(telemetry)
  if (bounds === undefined) {
    const upperBoundsS = telemetry.latency.bucketsS
    bounds = { upperBoundsS, firstSlowBucket: upperBoundsS.filter(bound => bound <= sloLatencyS).length }
    bucketBounds.set(telemetry, bounds)
  }
  return bounds
}

function withoutLuck(parameters: Parameters): Parameters {
  const { telemetry } = parameters
  return { ...parameters, telemetry: { ...telemetry, missedScrapes: { ...telemetry.missedScrapes, share: 0 } } }
}
