import type { PodTemplateSpec } from '../manifests/argo-types.ts'

/** The parts of Kubernetes' and Argo Rollouts' API objects that are read here. */
export interface ObjectMeta {
  readonly name: string
  readonly namespace?: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly generation?: number
  readonly creationTimestamp: string
  readonly deletionTimestamp?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[]
}

export interface RolloutObject {
  readonly metadata: ObjectMeta
  readonly spec: {
    readonly replicas?: number
    readonly paused?: boolean
    /** RFC 3339. */
    readonly restartAt?: string
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> }
    readonly template: PodTemplateSpec
    readonly strategy?: { readonly canary?: { readonly steps?: readonly unknown[] } }
  }
  readonly status?: {
    readonly abort?: boolean
    readonly phase?: 'Progressing' | 'Paused' | 'Healthy' | 'Degraded'
    readonly message?: string
    readonly observedGeneration?: string
    readonly currentPodHash?: string
    readonly stableRS?: string
    readonly currentStepIndex?: number
    readonly pauseConditions?: readonly object[] | null
    readonly controllerPause?: boolean
    readonly canary?: { readonly currentStepAnalysisRunStatus?: { readonly status?: string } }
    readonly updatedReplicas?: number
  }
}

export type AnalysisPhaseName = 'Pending' | 'Running' | 'Successful' | 'Failed' | 'Error' | 'Inconclusive'

export interface Measurement {
  readonly phase: AnalysisPhaseName
  readonly value?: string
  readonly message?: string
  readonly finishedAt?: string
}

export interface AnalysisRunObject {
  readonly metadata: ObjectMeta
  readonly spec: {
    readonly metrics: readonly { readonly name: string }[]
    readonly dryRun?: readonly { readonly metricName: string }[]
  }
  readonly status?: {
    readonly phase?: AnalysisPhaseName
    readonly message?: string
    readonly metricResults?: readonly {
      readonly name: string
      readonly phase: AnalysisPhaseName
      readonly dryRun?: boolean
      /** Measurements so far of any outcome; the list below keeps the last ten. */
      readonly count?: number
      readonly error?: number
      readonly measurements?: readonly Measurement[]
    }[]
  }
}

/** How a container ended; its instants are whole seconds. */
export interface Terminated {
  readonly exitCode: number
  readonly reason?: string
  /** What it wrote where the kubelet looks for its last word. */
  readonly message?: string
  readonly startedAt?: string
  readonly finishedAt?: string
  readonly containerID?: string
}

export interface PodObject {
  readonly metadata: ObjectMeta
  readonly spec: {
    readonly nodeName?: string
    readonly containers: readonly { readonly name: string; readonly image?: string }[]
  }
  readonly status?: {
    readonly phase?: string
    readonly podIP?: string
    readonly conditions?: readonly {
      readonly type: string
      readonly status: string
      readonly message?: string
      /** A whole second. */
      readonly lastTransitionTime?: string
    }[]
    readonly containerStatuses?: readonly {
      readonly ready: boolean
      readonly restartCount: number
      readonly state?: {
        readonly waiting?: { readonly reason?: string; readonly message?: string }
        readonly running?: { readonly startedAt: string }
        readonly terminated?: Terminated
      }
      readonly lastState?: { readonly terminated?: Terminated }
    }[]
  }
}

export interface ReplicaSetObject {
  readonly metadata: ObjectMeta
  readonly spec: { readonly template: PodTemplateSpec }
}

export interface ConfigMapObject {
  readonly metadata: ObjectMeta
  readonly data?: Readonly<Record<string, string>>
}

export interface EventObject {
  readonly metadata: ObjectMeta
  readonly involvedObject: { readonly kind: string; readonly name: string }
  readonly reason?: string
  readonly message?: string
  readonly eventTime?: string | null
  readonly lastTimestamp?: string | null
}

/** Label that Argo Rollouts puts on the pods, ReplicaSets and AnalysisRuns of a version. */
export const hashLabel = 'rollouts-pod-template-hash'
