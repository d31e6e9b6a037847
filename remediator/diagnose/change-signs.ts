import type { ChangeRecord, TemplateObject } from '../../harness/model/tool.ts'

/** What is known of the change that a version came with. */
export interface Offender {
  /** A commit's sha, or `release/<pod template hash>` where no commit is known of. */
  readonly id: string
  readonly record: ChangeRecord
}

/**
 * The change that brought a version: the service's commit of which a value stands in the version's pod template and not in the one
 * before; else the last one of the service that came to the cluster in time.
 * @param cameAtMs when the version came.
 */
export function offenderOf(
  changes: readonly ChangeRecord[],
  service: string,
  judgedHash: string,
  judged: TemplateObject | undefined,
  stable: TemplateObject | undefined,
  cameAtMs: number,
): Offender | undefined {
  const own = changes.filter(
    change => change.service === service && (change.kind === 'commit' || change.id === `release/${judgedHash}`),
  )
  const isInTemplate = ({ diffs }: ChangeRecord) =>
    judged !== undefined &&
    diffs.some(({ key, toValue }) => judged.values[key] === toValue && stable?.values[key] !== toValue)
  const live = own.filter(({ liveAtMs }) => liveAtMs !== null && liveAtMs <= cameAtMs + slackMs)
  const candidates = [own.filter(isInTemplate), live, own.filter(({ atMs }) => atMs <= cameAtMs + slackMs)]
  const found = candidates.find(some => some.length > 0) ?? []
  const record = found.toSorted(
    (a, b) =>
      Number(b.kind === 'commit') - Number(a.kind === 'commit') ||
      (b.liveAtMs ?? b.atMs) - (a.liveAtMs ?? a.atMs) ||
      (a.id < b.id ? -1 : 1),
  )[0]
  return record && { id: record.id, record }
}

/** What brings a change to the cluster and what sees it there do not agree to the second. */
const slackMs = 5000
