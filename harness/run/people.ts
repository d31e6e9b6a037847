import { lognormalQuantile } from '../stats/quantiles.ts'
import { streamKey, uniform } from '../stats/uniform.ts'

/**
 * Delays and slips of an on-call person by day. Each time is lognormal: median in ms and log-sd. Nobody publishes most of these
 * distributions: all are assumptions that fit published anchors (Google SRE book ch. 11, PagerDuty State of Digital Operations
 * 2021, Davidovič 2021, CircleCI 2023), except where a source is named.
 */
export const peopleTimes = {
  /** Notification to phone. */
  deliver: { medianMs: 8_000, sigma: 0.7 },
  acknowledge: { medianMs: 150_000, sigma: 0.9 },
  look: { medianMs: 180_000, sigma: 0.8 },
  /** Look to decision, while the deploy is younger than an hour; three times that afterwards. */
  decide: { medianMs: 600_000, sigma: 1.0 },
  wrongHypothesis: { medianMs: 900_000, sigma: 0.8 },
  rollBack: { medianMs: 60_000, sigma: 0.5 },
  findCause: { medianMs: 3_600_000, sigma: 1.3 },
  writeFix: { medianMs: 2_700_000, sigma: 1.0 },
  /** A small pull request while an incident is open. */
  review: { medianMs: 1_200_000, sigma: 1.0 },
  /** Tests, image and push; CircleCI's benchmark says 5 to 10 min. */
  pipeline: { medianMs: 480_000, sigma: 0.8 },
  /** Someone finds that nothing is wrong with a change that was rolled back, and releases it again. */
  clearSuspicion: { medianMs: 1_200_000, sigma: 0.8 },
  promote: { medianMs: 300_000, sigma: 0.8 },
} as const

export const peopleOdds = {
  /** The first responder never answers; the page goes on to the next one after `escalationMs`. */
  noAnswer: 0.05,
  wrongHypothesis: 0.25,
  /** A false page leads to a false rollback. */
  falseRollback: 0.3,
  /** CircleCI 2026: 70.8 % of runs on main succeed. */
  pipelineFails: 0.25,
} as const

/** PagerDuty's Terraform example: 10 min a level. */
export const escalationMs = 600_000

type Stage =
  | 'acknowledging'
  | 'looking'
  | 'deciding'
  | 'rolling back'
  | 'finding the cause'
  | 'writing the fix'
  | 'releasing the fix'
  | 'clearing'
  | 'done'

/** One on-call person. Plain data; draws are keyed by name and count, so that what happens around changes none of them. */
export interface Person {
  readonly seed: number
  readonly scenario: string
  stage: Stage | null
  /** When the person moves on; null when nothing is under way. */
  atMs: number | null
  lookedAtMs: number
  promoteAtMs: number | null
  draws: Record<string, number>
}

/** What a person sees when they look. */
export interface PersonView {
  /** Whether the deploy is really bad: a person who looks closely finds out. */
  readonly deployIsBad: boolean
  readonly deployedAtMs: number
  /** The change is no longer desired: aborted or undone. */
  readonly reverted: boolean
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
  | 'fix.merged'
  | 'release the fix'
  | 'release again'
  | 'promote'

export function createPerson(seed: number, scenario: string): Person {
  return { seed, scenario, stage: null, atMs: null, lookedAtMs: 0, promoteAtMs: null, draws: {} }
}

/** A page goes out. A person who is on an incident already, or has been, does not start again. */
export function page(person: Person, nowMs: number): void {
  if (person.stage !== null) return
  person.promoteAtMs = null
  const escalation = happens(person, 'noAnswer') ? escalationMs : 0
  go(person, 'acknowledging', nowMs + escalation + delay(person, 'deliver') + delay(person, 'acknowledge'))
}

/** The rollout changed: with no incident open, a person comes to promote what waits for one. */
export function seeRollout(person: Person, nowMs: number, view: PersonView): void {
  const busy = person.stage !== null && person.stage !== 'done'
  if (!view.waitsForPromotion || busy) person.promoteAtMs = null
  else person.promoteAtMs ??= nowMs + delay(person, 'promote')
}

/** When the person acts next, if nothing happens before; null: never. */
export function nextActMs(person: Person): number | null {
  if (person.atMs === null) return person.promoteAtMs
  return person.promoteAtMs === null ? person.atMs : Math.min(person.atMs, person.promoteAtMs)
}

/** Called at `nextActMs`. */
export function act(person: Person, nowMs: number, view: PersonView): PersonAct[] {
  const acts: PersonAct[] = []
  if (person.promoteAtMs === nowMs) {
    person.promoteAtMs = null
    acts.push('promote')
  }
  if (person.atMs === nowMs) {
    person.atMs = null
    acts.push(...proceed(person, nowMs, view))
  }
  return acts
}

function proceed(person: Person, nowMs: number, view: PersonView): PersonAct[] {
  switch (person.stage) {
    case 'acknowledging':
      go(person, 'looking', nowMs + delay(person, 'look'))
      return ['page.acknowledged']
    case 'looking':
      person.lookedAtMs = nowMs
      if (view.reverted) investigate(person, nowMs, view)
      else go(person, 'deciding', nowMs + decisionTime(person, nowMs, view))
      return ['person.looked']
    case 'deciding':
      if (view.reverted) {
        investigate(person, nowMs, view)
        return []
      }
      if (!view.deployIsBad && !happens(person, 'falseRollback')) {
        person.stage = null
        seeRollout(person, nowMs, view)
        return ['decided to wait']
      }
      go(person, 'rolling back', nowMs + delay(person, 'rollBack'))
      return ['decided to roll back']
    case 'rolling back':
      investigate(person, nowMs, view)
      return view.reverted ? [] : ['roll back']
    case 'finding the cause':
      go(person, 'writing the fix', nowMs + delay(person, 'writeFix') + delay(person, 'review'))
      return ['cause.found']
    case 'writing the fix': {
      const again = happens(person, 'pipelineFails') ? delay(person, 'pipeline') : 0
      go(person, 'releasing the fix', nowMs + delay(person, 'pipeline') + again)
      return ['fix.merged']
    }
    case 'releasing the fix':
      person.stage = 'done'
      return ['release the fix']
    case 'clearing':
      person.stage = 'done'
      return ['release again']
    default:
      return []
  }
}

/** The search for the cause began with the first look, and waits for the rollback. */
function investigate(person: Person, nowMs: number, view: PersonView): void {
  if (view.deployIsBad) go(person, 'finding the cause', Math.max(nowMs, person.lookedAtMs + delay(person, 'findCause')))
  else go(person, 'clearing', nowMs + delay(person, 'clearSuspicion'))
}

function decisionTime(person: Person, nowMs: number, view: PersonView): number {
  const stale = nowMs - view.deployedAtMs > 3_600_000 ? 3 : 1
  const detour = happens(person, 'wrongHypothesis') ? delay(person, 'wrongHypothesis') : 0
  return delay(person, 'decide') * stale + detour
}

function go(person: Person, stage: Stage, atMs: number): void {
  person.stage = stage
  person.atMs = Math.round(atMs)
}

function delay(person: Person, what: keyof typeof peopleTimes): number {
  const { medianMs, sigma } = peopleTimes[what]
  return Math.round(lognormalQuantile(draw(person, what), medianMs, sigma))
}

function happens(person: Person, what: keyof typeof peopleOdds): boolean {
  return draw(person, `${what}?`) < peopleOdds[what]
}

function draw(person: Person, name: string): number {
  const count = person.draws[name] ?? 0
  person.draws[name] = count + 1
  return uniform(streamKey(person.seed, person.scenario, `people/${name}`), count)
}
