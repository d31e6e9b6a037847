import type { Actor } from '../model/effect.ts'
import type { TrialEvent } from '../model/event.ts'

/** Something that an actor did to the cluster. */
export interface Deed {
  /** When it began. */
  readonly t: number
  readonly actor: Actor
  /** As in `operation.started`; of a release what it is for: `fix`, `revert` or `retry`. */
  readonly operation: string
  readonly podTemplateHash: string
  /** When the API had taken it; null where the trial ended before. */
  readonly takenMs: number | null
}

interface Begun {
  /** Empty where nobody asked the API. */
  readonly effectId: string
  state: 'begun' | 'taken' | 'refused'
  /** An abort was followed by the rollout's being aborted. */
  aborted: boolean
  deed: Deed
}

/**
 * What was done, in order, argo's own aborts among it. What was refused is left out, and so is an abort that came too late: the API takes
 * one for a release that has just been promoted, and nothing follows. A kubelet that restarts a container has done nothing: it heals itself.
 */
export function deedsOf(events: readonly TrialEvent[]): Deed[] {
  const begun: Begun[] = []
  const flags = new Set<string>()
  for (const event of events) follow(begun, flags, event)
  return begun
    .filter(({ state, aborted, deed }) => state !== 'refused' && (deed.operation !== 'abort' || aborted))
    .map(({ deed }) => deed)
}

/** @param flags the values that flags have had, as `<flag> <value>` */
function follow(begun: Begun[], flags: Set<string>, { t, type, data }: TrialEvent): void {
  if (type === 'operation.started') {
    const { effectId, operation, podTemplateHash } = data
    if (data.actor === 'kubelet') return
    const deed = { t, actor: data.actor as Actor, operation, podTemplateHash, takenMs: null }
    begun.push({ effectId, state: 'begun', aborted: false, deed })
  } else if (type === 'operation.finished') {
    // A person's effect ids name what they do, so that the same one may come again.
    const own = begun.find(({ effectId, state }) => effectId === data.effectId && state === 'begun')
    if (own === undefined) return
    own.state = data.ok ? 'taken' : 'refused'
    if (data.ok) own.deed = { ...own.deed, takenMs: t }
  } else if (type === 'rollout.aborted') {
    const { podTemplateHash } = data
    const actor = data.actor as Actor
    if (actor === 'argo') {
      const deed = { t, actor, operation: 'abort', podTemplateHash, takenMs: t }
      begun.push({ effectId: '', state: 'taken', aborted: true, deed })
      return
    }
    const own = begun.findLast(
      ({ deed }) => deed.operation === 'abort' && deed.actor === actor && deed.podTemplateHash === podTemplateHash,
    )
    if (own !== undefined) own.aborted = true
  } else if (type === 'release.updated' && data.release !== 'deploy') {
    const own = begun.findLast(({ deed }) => deed.operation === 'release')
    if (own !== undefined) own.deed = { ...own.deed, operation: data.release }
  } else if (type === 'flag.changed') {
    // Where no operation is under way, a merged change has switched it: the first time on, then off.
    const isAsked = begun.some(({ deed, state }) => deed.operation === 'flagOff' && state === 'begun')
    const isOff = flags.has(`${data.flag} ${data.toValue}`)
    flags.add(`${data.flag} ${data.fromValue}`)
    if (isAsked || !isOff) return
    const deed = { t, actor: data.actor as Actor, operation: 'flagOff', podTemplateHash: '', takenMs: t }
    begun.push({ effectId: '', state: 'taken', aborted: false, deed })
  }
}
