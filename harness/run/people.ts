import type { Remedy } from '../model/ground-truth.ts'
import type { People } from '../model/parameters/people.ts'
import { acknowledgementMs } from './people/answer-page.ts'
import { delay, go, type Person, type Question } from './people/person.ts'
import { finishReading, type ReadReport } from './people/read-report.ts'
import { proceed, startFix } from './people/stages.ts'

/** What a person sees when they look. */
export interface PersonView {
  /** Whether the release is really bad, and not repaired yet: a person who looks closely finds out. */
  readonly releaseIsBad: boolean
  /** null: nothing was released of late, so that nothing can be rolled back. */
  readonly releasedAtMs: number | null
  /** The release is no longer desired: aborted, undone, or taken back in the files. */
  readonly reverted: boolean
  /** A repair, or the release again, is on its way to the cluster. */
  readonly releaseUnderWay: boolean
  /** Somebody else's repair waits for a review. */
  readonly fixProposed: boolean
  /** What ends a trouble that is not the release's, for whoever knows its cause; null: there is no such trouble, or no longer. */
  readonly remedy: Remedy | null
  /** Waits at a pause that only a person ends. */
  readonly waitsForPromotion: boolean
}

export type PersonAct =
  | 'page.acknowledged'
  | 'person.looked'
  | 'decided to roll back'
  | 'decided to wait'
  | 'roll back'
  | 'cause.found'
  | 'propose the fix'
  | 'release again'
  | 'promote'
  | { readonly remedy: Remedy }
  | { readonly read: ReadReport }
  | { readonly answered: Question }

/**
 * A page goes out. Whoever is on an incident already does not start again; after it, or when it came to nothing, they do.
 * @param kind what the page is about; people grow deaf to a kind that repeats
 */
export function page(person: Person, people: People, nowMs: number, kind: string): void {
  if (person.stage !== null || person.isAway) return
  const call = person.pages.push({ atMs: nowMs, kind }) - 1
  const atMs = acknowledgementMs(person, people, nowMs, call)
  if (atMs === null) return
  Object.assign(person, { promoteAtMs: null, looks: 0, knowsCause: false, misledMs: 0 })
  // What they were reading was about something else.
  if (person.report?.reading !== null) person.report = null
  go(person, 'acknowledging', atMs)
}

/** The rollout changed: with no incident open, a person comes to promote what waits for one. */
export function seeRollout(person: Person, people: People, nowMs: number, view: PersonView): void {
  if (!view.waitsForPromotion || person.stage !== null || person.isAway) person.promoteAtMs = null
  else person.promoteAtMs ??= nowMs + delay(person, 'promote', people.promote, person.promotions++)
}

/** Somebody else's repair is merged, which leaves nothing to do, or is not, and the person writes their own. */
export function seeProposal(person: Person, people: People, nowMs: number, state: 'merged' | 'closed'): void {
  if (person.stage !== 'reviewing') return
  if (state === 'merged') person.stage = null
  else startFix(person, people, nowMs)
}

/** When the person acts next, if nothing happens before; null: never. */
export function nextActMs({ atMs, promoteAtMs, report, questions }: Person): number | null {
  const nextMs = Math.min(
    atMs ?? Infinity,
    promoteAtMs ?? Infinity,
    report?.reading?.untilMs ?? Infinity,
    ...questions.map(question => question.atMs),
  )
  return nextMs === Infinity ? null : nextMs
}

/** Called at `nextActMs`. */
export function act(person: Person, people: People, nowMs: number, view: PersonView): PersonAct[] {
  const acts: PersonAct[] = []
  for (const answered of person.questions) if (answered.atMs === nowMs) acts.push({ answered })
  if (acts.length > 0) person.questions = person.questions.filter(({ atMs }) => atMs !== nowMs)
  if (person.report?.reading?.untilMs === nowMs) {
    const read = finishReading(person, nowMs)
    if (read !== undefined) acts.push({ read })
  }
  if (person.promoteAtMs === nowMs) {
    person.promoteAtMs = null
    acts.push('promote')
  }
  if (person.atMs === nowMs) {
    person.atMs = null
    acts.push(...proceed(person, people, nowMs, view))
    if (person.stage === null) seeRollout(person, people, nowMs, view)
  }
  return acts
}
