import type { Alarm } from '../harness/model/effect.ts'
import { type Outbox, put } from './outbox.ts'
import type { EngineState, Judgement, Revision, Watch } from './state.ts'

/** What the policy makes of the latched alarms: the reason to act on the judged revision, or undefined. */
export function verdictOn(state: EngineState, { watches }: Judgement): string | undefined {
  const { when, deciders } = state.setting.policy.decide
  if (when === 'never') return undefined
  if (when === 'always') return 'the policy returns from every new revision'
  const needed = when === 'any' ? 1 : when === 'all' ? deciders.length : when.atLeast
  let blaming = 0
  for (const watch of watches) if (watch.deciding && watch.blaming !== null) blaming++
  if (blaming < needed) return undefined
  return watches.flatMap(watch => (watch.deciding && watch.blaming !== null ? describe(watch.blaming) : [])).join('; ')
}

/** Pages people, once for each revision with blame and once without. */
export function page(outbox: Outbox, revision: Revision, { watches }: Judgement, verdict: string | undefined): void {
  if (verdict !== undefined && !revision.pagedBlaming) {
    revision.pagedBlaming = true
    put(outbox, { type: 'page', blames: revision.podTemplateHash, reason: verdict })
  }
  if (revision.pagedUnblaming || revision.pagedBlaming || !watches.some(isUnblaming)) return
  const unblaming = watches.flatMap(watch => (isUnblaming(watch) ? watch.unblaming : []))
  revision.pagedUnblaming = true
  put(outbox, { type: 'page', blames: null, reason: unblaming.map(describe).join('; ') })
}

/**
 * The way back from the judged revision: abort while it rolls out, undo to the one before once it is promoted.
 * @returns undefined where there is none: the revision is not the current one, is aborted already, or what it would return to is
 *   unknown or was itself called bad.
 */
export function wayBack(
  { seen, revisions }: EngineState,
  { judgedHash, stableHash }: Judgement,
): { type: 'abort' } | { type: 'undo'; toHash: string } | undefined {
  const { rollout } = seen
  if (rollout === null || rollout.currentHash !== judgedHash || rollout.aborted) return undefined
  if (revisions[stableHash]?.blamed === true) return undefined
  if (rollout.stableHash === stableHash) return { type: 'abort' }
  return rollout.stableHash === judgedHash ? { type: 'undo', toHash: stableHash } : undefined
}

function isUnblaming(watch: Watch): watch is Watch & { unblaming: Alarm } {
  return watch.deciding && watch.unblaming !== null
}

function describe({ detector, reason }: Alarm): string {
  return `${detector}: ${reason}`
}
