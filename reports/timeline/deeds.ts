import type { Actor } from '../../harness/model/effect.ts'
import type { TrialEvent } from '../../harness/model/event.ts'

export const actors: readonly Actor[] = ['engine', 'argo', 'human', 'kubelet']

/** Something that somebody did, in one word. */
export interface Deed {
  readonly atMs: number
  readonly actor: Actor
  readonly deed: string
}

/** Who did what, in order; the automation's pages and people's steps among it. */
export function deedsOf(events: readonly TrialEvent[]): Deed[] {
  const restarts = new Map<string, number>()
  return events.flatMap(event => {
    const found = deedOf(event, restarts)
    return found === undefined ? [] : [{ atMs: event.t, ...found }]
  })
}

function deedOf({ type, data }: TrialEvent, restarts: Map<string, number>): Omit<Deed, 'atMs'> | undefined {
  switch (type) {
    case 'operation.started':
      return { actor: doer(data.actor), deed: data.operation }
    case 'rollout.aborted':
      // The others' aborts are operations too.
      return data.actor === 'argo' ? { actor: 'argo', deed: 'abort' } : undefined
    case 'page.sent':
      return { actor: 'engine', deed: 'page' }
    case 'diagnosis.made':
      return { actor: 'engine', deed: 'diagnosis' }
    case 'proposal.made':
      return { actor: 'engine', deed: 'propose' }
    case 'page.acknowledged':
      return { actor: 'human', deed: 'acknowledge' }
    case 'person.decided':
      return { actor: 'human', deed: 'decide' }
    case 'cause.found':
      return { actor: 'human', deed: 'find cause' }
    case 'fix.merged':
      return { actor: 'human', deed: 'merge fix' }
    case 'pullRequest.merged':
      return { actor: 'human', deed: 'merge' }
    case 'pod.changed': {
      const before = restarts.get(data.name) ?? 0
      restarts.set(data.name, data.restarts)
      return data.restarts > before ? { actor: 'kubelet', deed: 'restart' } : undefined
    }
    default:
      return undefined
  }
}

function doer(actor: string): Actor {
  return actors.find(known => known === actor) ?? 'human'
}
