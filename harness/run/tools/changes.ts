import type { TrialEvent } from '../../model/event.ts'
import type { ChangeRecord } from '../../model/tool.ts'
import { framesOf, readEvents } from '../../model/trial-log.ts'
import type { Commit } from '../forge/forge.ts'
import type { Asked } from './asked.ts'
import { createdMs, templateValues } from './objects.ts'

/** Everything that was made, or came to the cluster, since then, oldest first. */
export function changesIn(run: Asked, sinceMs: number): ChangeRecord[] {
  const { world, forge } = run
  const logged = [...readEvents(framesOf(world.log), ['pipeline.finished', 'flag.changed'])]
  const changes = [
    ...forge.commits.map(commit => ofCommit(run, commit, logged)),
    ...logged.flatMap(event => ofFlag(run, event)),
    ...ofRevisions(run),
  ]
  return changes
    .filter(({ atMs, liveAtMs }) => Math.max(atMs, liveAtMs ?? atMs) >= sinceMs)
    .toSorted((a, b) => a.atMs - b.atMs)
}

function ofCommit(
  { setting }: Asked,
  { sha, author, message, atMs, changes }: Commit,
  logged: readonly TrialEvent[],
): ChangeRecord {
  const built = logged.find(({ type, data }) => type === 'pipeline.finished' && data.sha === sha && data.ok)
  const { decoy } = setting.plan
  const isElsewhere = decoy !== null && changes.every(({ file }) => file === decoy.file)
  return {
    id: sha,
    kind: 'commit',
    service: isElsewhere ? decoy.service : setting.topology.subject,
    author,
    message,
    atMs,
    liveAtMs: built?.t ?? null,
    diffs: changes,
  }
}

/** The flag service knows which service reads a flag. */
function ofFlag({ setting }: Asked, { t, type, data }: TrialEvent): ChangeRecord[] {
  if (type !== 'flag.changed') return []
  const { flag, actor, fromValue, toValue } = data
  return [
    {
      id: `flag/${flag}`,
      kind: 'flag',
      service: setting.topology.subject,
      author: actor,
      message: `Switch ${flag}`,
      atMs: t,
      liveAtMs: t,
      diffs: [{ file: '', key: flag, fromValue, toValue }],
    },
  ]
}

/** Revisions of the Rollout whose template no commit can have brought. */
function ofRevisions(run: Asked): ChangeRecord[] {
  const { world, setting, forge } = run
  const { revisions, kubernetes } = world.rollout
  return revisions.flatMap(({ podTemplateHash, template }, i): ChangeRecord[] => {
    const before = revisions[i - 1]
    const atMs = createdMs(run, kubernetes.replicaSets[i]!.createdMs)
    // The first one was there before anybody who is asked.
    if (before === undefined) return []
    const values = templateValues(run, template)
    const valuesBefore = templateValues(run, before.template)
    const diffs = Object.keys({ ...valuesBefore, ...values })
      .map(key => ({ file: '', key, fromValue: valuesBefore[key] ?? '', toValue: values[key] ?? '' }))
      .filter(({ fromValue, toValue }) => fromValue !== toValue)
    const isCommitted = diffs.some(({ key, toValue }) =>
      forge.commits.some(
        commit => commit.atMs <= atMs && commit.changes.some(one => one.key === key && one.toValue === toValue),
      ),
    )
    if (isCommitted) return []
    const { subject } = setting.topology
    const message = `Revision ${i + 1} of ${world.rollout.metadata.name}`
    const id = `release/${podTemplateHash}`
    return [{ id, kind: 'release', service: subject, author: '', message, atMs, liveAtMs: atMs, diffs }]
  })
}
