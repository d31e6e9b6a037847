import type { TrialEvent } from '../../harness/model/event.ts'
import type { Look, VersionLook } from '../../harness/model/look.ts'
import { revisionNames } from './moments.ts'

/** What the looks of a trial say of one version of the subject, a look an index; looks in which no pod of it was scraped are left out. */
export interface VersionSeries {
  readonly podTemplateHash: string
  /** `r2`. */
  readonly name: string
  /** Ends of the looks, ms of trial time. */
  readonly toMs: number[]
  readonly requests: number[]
  readonly errors: number[]
  /** Successful requests that took longer than the objective's bound. */
  readonly slow: number[]
}

/** What users got in one cell: requests, those that failed, hung or were slower than the objective, and those that the fault touched. */
export interface UserCell {
  readonly fromMs: number
  readonly requests: number
  readonly bad: number
  readonly touched: number
}

export interface TrialSeries {
  /** In the order in which the versions came. */
  readonly versions: readonly VersionSeries[]
  /** Pods that receive traffic from a time on, in the order of `versions`. */
  readonly traffic: readonly { readonly atMs: number; readonly pods: readonly number[] }[]
  readonly users: readonly UserCell[]
}

/** Folds a trial's log into what is drawn over time. */
export function seriesOf(events: readonly TrialEvent[]): TrialSeries {
  const subject = events.find(({ type }) => type === 'rollout.changed')?.data as { name: string } | undefined
  const versions = [...revisionNames(events)].map(([podTemplateHash, name]) => newSeries(podTemplateHash, name))
  const traffic: { atMs: number; pods: number[] }[] = []
  const users: UserCell[] = []
  for (const { type, t, data } of events) {
    if (type === 'look.taken') {
      for (const series of versions) addLook(series, data, subject?.name ?? '')
    } else if (type === 'traffic.shifted') {
      const podsOf = (hash: string) => data.versions.find(one => one.podTemplateHash === hash)?.pods ?? 0
      traffic.push({ atMs: t, pods: versions.map(({ podTemplateHash }) => podsOf(podTemplateHash)) })
    } else if (type === 'truth.cell') users.push(data)
  }
  return { versions, traffic, users }
}

function newSeries(podTemplateHash: string, name: string): VersionSeries {
  return { podTemplateHash, name, toMs: [], requests: [], errors: [], slow: [] }
}

function addLook(series: VersionSeries, look: Look, subject: string): void {
  const version = look.versions.find(one => one.podTemplateHash === series.podTemplateHash)
  if (version === undefined) return
  series.toMs.push(look.toMs)
  series.requests.push(version.requests)
  series.errors.push(version.errors)
  series.slow.push(slowOf(version, look, subject))
}

/** Pods are told apart while two versions are in the look; of one alone the service's count is its own. */
function slowOf({ byPod }: VersionLook, { services }: Look, subject: string): number {
  if (byPod.length > 0) return byPod.reduce((sum, { slow }) => sum + slow, 0)
  return services.find(({ service }) => service === subject)?.slow ?? 0
}
