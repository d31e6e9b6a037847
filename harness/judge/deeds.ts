import type { Actor } from '../model/effect.ts'
import type { TrialEvent } from '../model/event.ts'

/** Something that an actor did to the cluster. */
export interface Deed {
  /** When it began. */
  readonly t: number
  readonly actor: Actor
  /** As in `operation.started`; `fix` is the release of a repair. */
  readonly operation: string
  readonly podTemplateHash: string
  /** When the API had taken it; null where the trial ended before. */
  readonly takenMs: number | null
}

interface Begun {
  readonly effectId: string
  state: 'begun' | 'taken' | 'refused'
  /** An abort was followed by the rollout's being aborted. */
  aborted: boolean
  deed: Deed
}

/**
 * What was done, in order, argo's own aborts among it. What was refused is left out, and so is an abort that came too late: the API takes
 * one for a release that has just been promoted, and nothing follows.
 */
export function deedsOf(events: readonly TrialEvent[]): Deed[] {
  const begun: Begun[] = []
  for (const event of events) follow(begun, event)
  return begun
    .filter(({ state, aborted, deed }) => state !== 'refused' && (deed.operation !== 'abort' || aborted))
    .map(({ deed }) => deed)
}

function follow(begun: Begun[], { t, type, data }: TrialEvent): void {
  if (type === 'operation.started') {
    const { effectId, operation, podTemplateHash } = data
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
  } else if (type === 'release.updated' && data.release === 'fix') {
    const own = begun.findLast(({ deed }) => deed.operation === 'release')
    if (own !== undefined) own.deed = { ...own.deed, operation: 'fix' }
  }
}
