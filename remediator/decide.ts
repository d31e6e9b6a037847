import type { Alarm } from '../harness/model/effect.ts'
import { type Opening, openIncident } from './incidents.ts'
import { type Outbox, put } from './outbox.ts'
import { type EngineState, type Judgement, revisionOf, type Watch } from './state.ts'

/** What the policy makes of the latched alarms: the reason to act on the judged revision, or undefined. */
export function verdictOn(state: EngineState, judgement: Judgement): string | undefined {
  const { when, deciders } = state.setting.policy.decide
  if (when === 'never') return undefined
  if (when === 'always') return 'the policy returns from every new revision'
  const needed = when === 'any' ? 1 : when === 'all' ? deciders.length : when.atLeast
  const blaming = decidersAtWork(state, judgement).flatMap(watch =>
    watch.blaming?.blames === judgement.judgedHash ? describe(watch.blaming) : [],
  )
  return blaming.length < needed ? undefined : blaming.join('; ')
}

/**
 * Pages people, once for each revision with blame, and once for each trouble that none is blamed for.
 * @returns what they are paged about; undefined where nobody is
 */
export function page(state: EngineState, outbox: Outbox, verdict: string | undefined): Opening | undefined {
  const { judgement } = state
  const revision = judgement === null ? undefined : revisionOf(state, judgement.judgedHash)
  if (verdict !== undefined && revision?.pagedBlaming === false) {
    revision.pagedBlaming = true
    put(outbox, { type: 'page', blames: revision.podTemplateHash, reason: verdict })
    return { blames: revision.podTemplateHash, byArgo: false, reason: verdict }
  }
  const fresh = decidersAtWork(state, judgement).filter(watch => watch.unblaming !== null && !watch.told)
  for (const watch of fresh) watch.told = true
  const isSaid =
    revision?.pagedBlaming === true || revision?.pagedUnblaming === true || openIncident(state) !== undefined
  if (fresh.length === 0 || isSaid) return undefined
  if (revision !== undefined && fresh.some(watch => judgement!.watches.includes(watch))) revision.pagedUnblaming = true
  const reason = fresh.map(({ unblaming }) => describe(unblaming!)).join('; ')
  put(outbox, { type: 'page', blames: null, reason })
  return { blames: null, byArgo: false, reason }
}

/** Those whose alarms count, of the rollout and of the service. */
function decidersAtWork(state: EngineState, judgement: Judgement | null): Watch[] {
  return [...(judgement?.watches ?? []), ...state.watches].filter(({ deciding }) => deciding)
}

/**
 * The way back from the judged revision: abort while it rolls out, undo to the one before once it is promoted.
 * @returns undefined where there is none: the revision is not the current one, is aborted already, or what it would return to is
 *   unknown, was itself called bad, or cannot be returned to.
 */
export function wayBack(
  { seen, revisions }: EngineState,
  { judgedHash, stableHash }: Judgement,
): { type: 'abort' } | { type: 'undo'; toHash: string } | undefined {
  const { rollout } = seen
  if (rollout === null || rollout.currentHash !== judgedHash || rollout.aborted) return undefined
  if (rollout.irreversible || revisions[stableHash]?.blamed === true) return undefined
  if (rollout.stableHash === stableHash) return { type: 'abort' }
  return rollout.stableHash === judgedHash ? { type: 'undo', toHash: stableHash } : undefined
}

function describe({ detector, reason }: Alarm): string {
  return `${detector}: ${reason}`
}
