import type { SystemModel } from './model.ts'

/** What acts on the services during a step. */
export interface SystemInputs {
  /** Users' requests. */
  readonly entryRatePerS: number
  /** In the order of the topology's routes, sum 1; left out: the topology's shares. */
  readonly routeShares?: readonly number[]
  /** The subject's pods, by version or by group of like pods; requests are split by pods. */
  readonly versions: readonly VersionInput[]
  /** What other services suffer from, by name. */
  readonly disturbed: Readonly<Record<string, Disturbed>>
}

export interface VersionInput {
  /** Names the queue of these pods from step to step; see `groupsPerRevision`. */
  readonly key: number
  readonly pods: number
  /** Own time of a request is this many times as long. */
  readonly timeFactor: number
  /** A request needs this many times as much CPU time. */
  readonly cpuFactor: number
  /** Workers that can take requests; need not be whole. */
  readonly workersPerPod: number
  /** In cores; null: none. */
  readonly cpuLimitPerPod: number | null
  /** Calls that the topology does not have, to a service that does not reach the subject. */
  readonly extraCalls: { readonly service: string; readonly perRequest: number } | null
  /** Share of requests that are never answered; a worker is held until the caller gives up. */
  readonly hangRatio: number
  /** Of every attempt of every call; null: the topology's. */
  readonly callTimeoutMs: number | null
  /** A share of requests takes `tailFactor` times as long in all. */
  readonly tailRatio: number
  readonly tailFactor: number
  /** Share of requests that fail for no reason below. */
  readonly errorRatio: number
}

export interface Disturbed {
  /** Share of requests that fail besides the service's own. */
  readonly errorRatio: number
  readonly timeFactor: number
  /** Share of its workers that is left, 0 to 1. */
  readonly capacityFactor: number
}

/** Keys of one revision agree after a division by this: what waits for a group that is gone waits for the revision's others. */
export const groupsPerRevision = 1024

/** All numbers of the inputs in a row, to tell equal inputs. */
export function flatten({ nodes, routes }: SystemModel, inputs: SystemInputs): number[] {
  const { entryRatePerS, routeShares, versions, disturbed } = inputs
  const flat = [entryRatePerS, versions.length]
  for (let r = 0; r < routes.length; r++) flat.push(routeShares?.[r] ?? routes[r]!.share)
  for (const version of versions) {
    const { extraCalls } = version
    flat.push(version.key, version.pods, version.timeFactor, version.cpuFactor, version.workersPerPod)
    flat.push(version.cpuLimitPerPod ?? -1, version.hangRatio, version.callTimeoutMs ?? -1, version.errorRatio)
    flat.push(version.tailRatio, version.tailFactor)
    if (extraCalls === null) flat.push(-1, 0)
    else
      flat.push(
        nodes.findIndex(({ name }) => name === extraCalls.service),
        extraCalls.perRequest,
      )
  }
  for (let n = 0; n < nodes.length; n++) {
    const found = disturbed[nodes[n]!.name]
    if (found !== undefined) flat.push(n, found.errorRatio, found.timeFactor, found.capacityFactor)
  }
  return flat
}
