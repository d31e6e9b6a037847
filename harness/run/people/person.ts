import type { LognormalTime, Share } from '../../model/parameters/entries.ts'
import type { People } from '../../model/parameters/people.ts'
import { lognormalQuantile } from '../../stats/quantiles.ts'
import { streamKey, uniform3 } from '../../stats/uniform.ts'

export type Stage =
  | 'acknowledging'
  | 'looking'
  | 'deciding'
  | 'rolling back'
  | 'finding the cause'
  | 'applying the remedy'
  | 'writing the fix'
  | 'reviewing'
  | 'clearing'

/** A report on the cause, to be read or being read. Never changed. */
export interface Report {
  readonly incident: string
  /** `none`: it does not name a cause. A person finds out which it is by reading. */
  readonly names: 'the cause' | 'another cause' | 'none'
  /** null: nobody has begun. */
  readonly reading: { readonly untilMs: number } | null
}

/** A question in chat, with the answer that will come. Never changed. */
export interface Question {
  readonly effectId: string
  readonly atMs: number
  readonly answer: 'approved' | 'rejected' | 'none'
}

/**
 * The people on call, who act as one. Plain data; draws are keyed by what they decide, by call and by turn, so that what happens around
 * changes none of them.
 */
export interface Person {
  readonly seed: number
  readonly scenario: string
  /** Time of day at the trial's start: ms since midnight. */
  readonly startsAtMs: number
  /** What is under way; null when nothing is. */
  stage: Stage | null
  /** When the stage ends. */
  atMs: number | null
  /** Pages that somebody was to answer, and how often each kind came. */
  pages: { readonly atMs: number; readonly kind: string }[]
  /** Looks of this call. */
  looks: number
  lookedAtMs: number
  report: Report | null
  readings: number
  /** In this call they have read what is wrong, and it was right. */
  knowsCause: boolean
  /** In this call they lost this on reports that were wrong. */
  misledMs: number
  promoteAtMs: number | null
  promotions: number
  questions: readonly Question[]
  approvals: number
  /** Whoever is paged or asked does nothing of themselves: real people act, or nobody does. */
  isAway: boolean
}

/** @param startsAtMs time of day at the trial's start, in ms since midnight */
export function createPerson(seed: number, scenario: string, startsAtMs: number): Person {
  return {
    seed,
    scenario,
    startsAtMs,
    stage: null,
    atMs: null,
    pages: [],
    looks: 0,
    lookedAtMs: 0,
    report: null,
    readings: 0,
    knowsCause: false,
    misledMs: 0,
    promoteAtMs: null,
    promotions: 0,
    questions: [],
    approvals: 0,
    isAway: false,
  }
}

/** A person who goes their own way from here. */
export function clonePerson(person: Person): Person {
  return { ...person, pages: person.pages.slice() }
}

/** Somebody has looked at what they were called about, and is not done with it. */
export function isAtWork({ stage, looks }: Person): boolean {
  return stage !== null && stage !== 'acknowledging' && (stage !== 'looking' || looks > 0)
}

export function go(person: Person, stage: Stage, atMs: number | null): void {
  person.stage = stage
  person.atMs = atMs === null ? null : Math.round(atMs)
}

const dayMs = 24 * 3_600_000

export function timeOfDay({ startsAtMs }: Person, { night }: People, nowMs: number): 'day' | 'night' {
  const ms = (startsAtMs + nowMs) % dayMs
  const from = night.from.ms
  const to = night.to.ms
  const isNight = from <= to ? from <= ms && ms < to : from <= ms || ms < to
  return isNight ? 'night' : 'day'
}

/** In ms. @param turn which draw of its kind, such as the call's number and the look's within it */
export function delay(person: Person, what: string, law: LognormalTime, ...turn: readonly number[]): number {
  return Math.round(lognormalQuantile(draw(person, what, ...turn), law.medianMs, law.sigma))
}

export function happens(person: Person, what: string, { share }: Share, ...turn: readonly number[]): boolean {
  return draw(person, `${what}?`, ...turn) < share
}

export function draw({ seed, scenario }: Person, what: string, ...turn: readonly number[]): number {
  const [i = 0, j = 0] = turn
  return uniform3(streamKey(seed, scenario, `people/${what}`), i, j, 0)
}
