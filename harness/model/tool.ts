import type { PodView } from './observation.ts'

/** A question to the world, for a diagnosis. All of them only read. Times are of the trial. */
export type ToolCall =
  /** Everything that somebody changed lately, of every service: commits, releases, flags. */
  | { readonly tool: 'changes'; readonly sinceMs: number }
  /** The service's Rollout and its pods, with what these use. */
  | { readonly tool: 'objects'; readonly service: string }
  | { readonly tool: 'events'; readonly sinceMs: number }
  | { readonly tool: 'logs'; readonly service: string; readonly fromMs: number; readonly toMs: number }
  /** Prometheus, of each service in the two windows (fromMs - (toMs - fromMs), fromMs] and (fromMs, toMs]. */
  | { readonly tool: 'metrics'; readonly fromMs: number; readonly toMs: number }
  | { readonly tool: 'graph' }
  | { readonly tool: 'flags' }
export type ToolName = ToolCall['tool']

/** What a tool says. `error` stands where it could not be asked; nothing found is an answer. */
export type ToolAnswer =
  | { readonly tool: ToolName; readonly error: string }
  | { readonly tool: 'changes'; readonly changes: readonly ChangeRecord[] }
  | {
      readonly tool: 'objects'
      readonly rollout: RolloutObject
      readonly pods: readonly (PodView & PodUse)[]
      readonly revisions: readonly TemplateObject[]
    }
  | { readonly tool: 'events'; readonly events: readonly KubernetesEvent[] }
  | { readonly tool: 'logs'; readonly lines: readonly LogLines[] }
  | {
      readonly tool: 'metrics'
      readonly before: readonly ServiceMetrics[]
      readonly now: readonly ServiceMetrics[]
      /** Of the service under test, at their last scrapes. */
      readonly pods: readonly PodMetrics[]
    }
  | { readonly tool: 'graph'; readonly entry: string; readonly calls: readonly Call[] }
  | { readonly tool: 'flags'; readonly flags: readonly FlagState[] }

/** What a tool says that could be asked. */
export type AnswerOf<T extends ToolName> = Exclude<Extract<ToolAnswer, { tool: T }>, { error: string }>

export interface ChangeRecord {
  /** A commit's sha, `flag/<name>`, or `release/<pod template hash>` where the cluster has a revision that no commit is known of. */
  readonly id: string
  readonly kind: 'commit' | 'flag' | 'release'
  /** Service whose files were changed; for a flag the one that reads it, empty where unknown. */
  readonly service: string
  readonly author: string
  readonly message: string
  /** When it was made, and when it came to the cluster; null: not that it is known. */
  readonly atMs: number
  readonly liveAtMs: number | null
  readonly diffs: readonly {
    readonly file: string
    readonly key: string
    readonly fromValue: string
    readonly toValue: string
  }[]
}

export interface RolloutObject {
  readonly name: string
  readonly replicas: number
  /** Of an autoscaler of the Rollout; null without one. */
  readonly maxReplicas: number | null
  readonly cpuLimitMilli: number | null
  readonly memoryLimitMiB: number | null
}

/** A revision's pod template: what its keys hold, as `release.updated` names them. */
export interface TemplateObject {
  readonly podTemplateHash: string
  readonly revision: number
  readonly image: string
  readonly values: Readonly<Record<string, string>>
}

/** Of a pod, as `kubectl top` tells it; null while metrics-server knows none. */
export interface PodUse {
  readonly node: string
  readonly startedAtMs: number
  readonly cpuMilli: number | null
  readonly memoryMiB: number | null
}

export interface KubernetesEvent {
  readonly atMs: number
  /** `<kind>/<name>` */
  readonly object: string
  readonly reason: string
  readonly message: string
}

export interface LogLines {
  readonly service: string
  /** Empty where the service has no versions. */
  readonly podTemplateHash: string
  readonly level: 'info' | 'warn' | 'error'
  readonly message: string
  readonly count: number
}

export interface ServiceMetrics {
  readonly service: string
  /** Empty for all versions of a service together. */
  readonly podTemplateHash: string
  readonly requestsPerSecond: number
  readonly errorRatio: number
  /** Share of successful requests above the objective's bound. */
  readonly slowRatio: number
  /** Mean time of a request; null where none was answered. */
  readonly meanMs: number | null
  /** Share of its workers that are busy, 0 to 1; null where nobody exports it. */
  readonly utilisation: number | null
}

export interface PodMetrics {
  readonly pod: string
  /** Requests that it has taken and not answered. */
  readonly inFlight: number
}

export interface Call {
  readonly caller: string
  readonly callee: string
}

export interface FlagState {
  readonly flag: string
  readonly value: string
  readonly changedAtMs: number | null
}
