import type { ObjectMeta } from './argo-types.ts'

/** The part of autoscaling/v2 that carmine understands: one metric, the use of CPU as a share of what is requested. */
export interface HorizontalPodAutoscaler {
  readonly apiVersion: string
  readonly kind: 'HorizontalPodAutoscaler'
  readonly metadata: ObjectMeta
  readonly spec: AutoscalerSpec
}

export interface AutoscalerSpec {
  readonly scaleTargetRef: { readonly apiVersion?: string; readonly kind: string; readonly name: string }
  /** Default 1. */
  readonly minReplicas?: number
  readonly maxReplicas: number
  /** Left out or empty: CPU at 80 %. */
  readonly metrics?: readonly AutoscalerMetric[]
  readonly behavior?: { readonly scaleUp?: ScalingRules; readonly scaleDown?: ScalingRules }
}

export interface AutoscalerMetric {
  readonly type: string
  readonly resource?: {
    readonly name: string
    /** Percent of the request. */
    readonly target: { readonly type: string; readonly averageUtilization?: number }
  }
}

export interface ScalingRules {
  readonly stabilizationWindowSeconds?: number
  /** Default `Max`: the policy that allows the greatest change. */
  readonly selectPolicy?: 'Max' | 'Min' | 'Disabled'
  readonly policies?: readonly ScalingPolicy[]
}

export interface ScalingPolicy {
  readonly type: 'Pods' | 'Percent'
  readonly value: number
  readonly periodSeconds: number
}
