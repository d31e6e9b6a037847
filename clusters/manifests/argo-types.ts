/**
 * The parts of the Argo Rollouts v1.9.1 CRDs (argoproj.io/v1alpha1) that carmine understands, with the keys of the CRDs. Absent
 * keys take the controller's defaults (utils/defaults/defaults.go), which are applied where they are read.
 */

/** A number, or text: a percentage, a Go duration or a number in quotes, as the field says. */
export type IntOrString = number | string

/** Go duration such as `90s` or `1h30m`. */
type DurationString = string

export interface ObjectMeta {
  readonly name: string
  readonly namespace?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

export interface Probe {
  readonly httpGet?: { readonly path?: string; readonly port: IntOrString; readonly host?: string }
  readonly exec?: { readonly command?: readonly string[] }
  readonly tcpSocket?: { readonly port: IntOrString; readonly host?: string }
  readonly grpc?: { readonly port: number; readonly service?: string }
  readonly initialDelaySeconds?: number
  readonly periodSeconds?: number
  readonly timeoutSeconds?: number
  readonly successThreshold?: number
  readonly failureThreshold?: number
  /** Of liveness and startup probes: in the place of the pod's. */
  readonly terminationGracePeriodSeconds?: number
}

export interface EnvVar {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: {
    readonly configMapKeyRef?: { readonly name: string; readonly key: string; readonly optional?: boolean }
  }
}

/** What the kubelet does before it stops a container. */
export interface LifecycleHandler {
  readonly sleep?: { readonly seconds: number }
  readonly exec?: { readonly command?: readonly string[] }
}

export interface Container {
  readonly name: string
  readonly image?: string
  readonly imagePullPolicy?: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly env?: readonly EnvVar[]
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[]
  readonly readinessProbe?: Probe
  readonly livenessProbe?: Probe
  readonly startupProbe?: Probe
  readonly lifecycle?: { readonly preStop?: LifecycleHandler }
  readonly resources?: Readonly<Record<string, Readonly<Record<string, IntOrString>>>>
}

export interface PodTemplateSpec {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly spec?: {
    readonly containers: readonly Container[]
    readonly initContainers?: readonly Container[]
    readonly terminationGracePeriodSeconds?: number
    readonly restartPolicy?: string
  }
}

export interface Rollout {
  readonly apiVersion: string
  readonly kind: 'Rollout'
  readonly metadata: ObjectMeta
  readonly spec: RolloutSpec
}

export interface RolloutSpec {
  /** Default 1. */
  readonly replicas?: number
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> }
  readonly template: PodTemplateSpec
  readonly minReadySeconds?: number
  readonly strategy: RolloutStrategy
  /** Old ReplicaSets without pods that are kept. Default 10. */
  readonly revisionHistoryLimit?: number
  readonly paused?: boolean
  /** Default 600. */
  readonly progressDeadlineSeconds?: number
  readonly progressDeadlineAbort?: boolean
  readonly rollbackWindow?: { readonly revisions?: number }
  readonly analysis?: { readonly successfulRunHistoryLimit?: number; readonly unsuccessfulRunHistoryLimit?: number }
}

export interface RolloutStrategy {
  readonly canary?: CanaryStrategy
  readonly blueGreen?: Readonly<Record<string, unknown>>
}

export interface CanaryStrategy {
  readonly canaryService?: string
  readonly stableService?: string
  readonly steps?: readonly CanaryStep[]
  readonly trafficRouting?: Readonly<Record<string, unknown>>
  /** Number, or percentage of replicas rounded down. Default 25%. */
  readonly maxUnavailable?: IntOrString
  /** Number, or percentage of replicas rounded up. Default 25%. */
  readonly maxSurge?: IntOrString
  readonly analysis?: RolloutAnalysis & {
    /** Index of the step at which the background analysis starts. */
    readonly startingStep?: number
  }
  readonly scaleDownDelaySeconds?: number
  readonly replicaProgressThreshold?: { readonly type: 'Percent' | 'Pods'; readonly value: number }
}

/** Exactly one key is set. */
export interface CanaryStep {
  /** Percent, 0 to 100. */
  readonly setWeight?: number
  /** Without a duration: until promoted. A number is seconds; text is seconds or a Go duration. */
  readonly pause?: { readonly duration?: IntOrString }
  readonly analysis?: RolloutAnalysis
  readonly experiment?: Readonly<Record<string, unknown>>
  readonly setCanaryScale?: {
    readonly weight?: number
    readonly replicas?: number
    readonly matchTrafficWeight?: boolean
  }
  readonly setHeaderRoute?: Readonly<Record<string, unknown>>
  readonly setMirrorRoute?: Readonly<Record<string, unknown>>
  readonly plugin?: Readonly<Record<string, unknown>>
}

export interface RolloutAnalysis {
  readonly templates?: readonly AnalysisTemplateRef[]
  readonly args?: readonly RolloutAnalysisArg[]
  readonly dryRun?: readonly DryRun[]
  readonly measurementRetention?: readonly MeasurementRetention[]
}

export interface AnalysisTemplateRef {
  readonly templateName: string
  readonly clusterScope?: boolean
}

export interface RolloutAnalysisArg {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: {
    readonly podTemplateHashValue?: 'Stable' | 'Latest'
    readonly fieldRef?: { readonly fieldPath: string }
  }
}

/** `metricName` is an unanchored regular expression. */
export interface DryRun {
  readonly metricName: string
}

/** `metricName` is an unanchored regular expression. */
export interface MeasurementRetention {
  readonly metricName: string
  readonly limit: number
}

export interface AnalysisTemplate {
  readonly apiVersion: string
  readonly kind: 'AnalysisTemplate' | 'ClusterAnalysisTemplate'
  readonly metadata: ObjectMeta
  readonly spec: AnalysisTemplateSpec
}

export interface AnalysisTemplateSpec {
  readonly metrics?: readonly Metric[]
  readonly args?: readonly AnalysisArg[]
  readonly dryRun?: readonly DryRun[]
  readonly measurementRetention?: readonly MeasurementRetention[]
  readonly templates?: readonly AnalysisTemplateRef[]
}

export interface AnalysisArg {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: {
    readonly secretKeyRef?: { readonly name: string; readonly key: string }
    readonly fieldRef?: { readonly fieldPath: string }
  }
}

/** Numbers given as text may hold `{{args.name}}`. Rules of the limits: analysis/analysis.go. */
export interface Metric {
  readonly name: string
  readonly interval?: DurationString
  readonly initialDelay?: DurationString
  /** Measurements to take, errors not counted; unset: one, or without end when there is an interval. */
  readonly count?: IntOrString
  readonly successCondition?: string
  readonly failureCondition?: string
  /** Failed when exceeded; -1 switches it off. Default 0. */
  readonly failureLimit?: IntOrString
  /** Inconclusive when exceeded. Default 0. */
  readonly inconclusiveLimit?: IntOrString
  /** Error when exceeded. Default 4. */
  readonly consecutiveErrorLimit?: IntOrString
  /** Successful when reached. Default 0: off. */
  readonly consecutiveSuccessLimit?: IntOrString
  readonly provider: MetricProvider
}

/** Exactly one key is set. */
export interface MetricProvider {
  readonly prometheus?: PrometheusMetric
  readonly web?: Readonly<Record<string, unknown>>
  readonly job?: Readonly<Record<string, unknown>>
  readonly kayenta?: Readonly<Record<string, unknown>>
  readonly datadog?: Readonly<Record<string, unknown>>
  readonly wavefront?: Readonly<Record<string, unknown>>
  readonly newRelic?: Readonly<Record<string, unknown>>
  readonly cloudWatch?: Readonly<Record<string, unknown>>
  readonly graphite?: Readonly<Record<string, unknown>>
  readonly influxdb?: Readonly<Record<string, unknown>>
  readonly skywalking?: Readonly<Record<string, unknown>>
  readonly plugin?: Readonly<Record<string, unknown>>
}

export interface PrometheusMetric {
  readonly address?: string
  readonly query: string
  /** Seconds; default 30. */
  readonly timeout?: number
  readonly insecure?: boolean
  readonly headers?: readonly { readonly key: string; readonly value: string }[]
  readonly rangeQuery?: { readonly start?: string; readonly end?: string; readonly step?: DurationString }
}

export interface Service {
  readonly apiVersion: string
  readonly kind: 'Service'
  readonly metadata: ObjectMeta
  readonly spec: {
    readonly selector?: Readonly<Record<string, string>>
    readonly publishNotReadyAddresses?: boolean
    readonly sessionAffinity?: string
    readonly ports?: readonly { readonly name?: string; readonly port: number; readonly targetPort?: IntOrString }[]
  }
}
