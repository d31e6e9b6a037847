import type { EventData, TrialEvent } from '../../harness/model/event.ts'

/** Counts of a version in one look. */
export interface VersionLook {
  readonly fromMs: number
  readonly toMs: number
  readonly requests: number
  readonly errors: number
  /** Requests slower than the objective; null where the look does not tell them apart by version. */
  readonly slow: number | null
}

/** What a trial's log says of one version of the service under test. */
export interface VersionSeries {
  readonly podTemplateHash: string
  /** `r1`, `r2`, … as the Rollout counts its revisions. */
  readonly name: string
  readonly looks: readonly VersionLook[]
  /** Pods that receive traffic, and their share of all that do, each from then on. */
  readonly serving: readonly { readonly atMs: number; readonly pods: number; readonly share: number }[]
}

/** Each version that ever received traffic, in order of appearance. */
export function versionSeries(events: readonly TrialEvent[]): VersionSeries[] {
  const names = revisionNames(events)
  const subject = events.find(event => event.type === 'rollout.changed')?.data.name
  const series = new Map<string, { looks: VersionLook[]; serving: VersionSeries['serving'][number][] }>()
  const of = (hash: string) => {
    const known = series.get(hash) ?? { looks: [], serving: [] }
    series.set(hash, known)
    return known
  }
  for (const { t, type, data } of events) {
    if (type === 'traffic.shifted') {
      const all = data.versions.reduce((sum, { pods }) => sum + pods, 0)
      for (const { podTemplateHash } of data.versions) of(podTemplateHash)
      for (const [hash, { serving }] of series) {
        const pods = data.versions.find(({ podTemplateHash }) => podTemplateHash === hash)?.pods ?? 0
        serving.push({ atMs: t, pods, share: all === 0 ? 0 : pods / all })
      }
    }
    if (type === 'look.taken') {
      for (const version of data.versions) {
        const { podTemplateHash, requests, errors } = version
        const slow = slowOf(version, data, subject)
        of(podTemplateHash).looks.push({ fromMs: data.fromMs, toMs: data.toMs, requests, errors, slow })
      }
    }
  }
  return [...series].map(([podTemplateHash, { looks, serving }]) => ({
    podTemplateHash,
    name: names.get(podTemplateHash) ?? podTemplateHash,
    looks,
    serving,
  }))
}

/** While there are two versions their pods have it; alone, a version has all that the service has. */
function slowOf(
  { byPod }: EventData<'look.taken'>['versions'][number],
  { versions, services }: EventData<'look.taken'>,
  subject: string | undefined,
): number | null {
  if (byPod.length > 0) return byPod.reduce((sum, { slow }) => sum + slow, 0)
  if (versions.length > 1) return null
  return services.find(({ service }) => service === subject)?.slow ?? null
}

/** `r1`, `r2`, … by pod template hash. */
export function revisionNames(events: readonly TrialEvent[]): Map<string, string> {
  const names = new Map<string, string>()
  for (const { type, data } of events) {
    if (type === 'rollout.changed' && names.size === 0 && data.currentHash !== '')
      names.set(data.currentHash, `r${data.revision}`)
    if (type === 'release.updated' && !names.has(data.podTemplateHash))
      names.set(data.podTemplateHash, `r${data.revision}`)
  }
  return names
}
