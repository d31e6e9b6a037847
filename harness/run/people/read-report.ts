import type { People } from '../../model/parameters/people.ts'
import { delay, isAtWork, type Person, type Report } from './person.ts'

/** What a person says who has read a report: whether they go on from it, or search by themselves. */
export interface ReadReport {
  readonly incident: string
  readonly believed: boolean
}

/** A report comes, in the place of one that nobody has read to its end. Whoever is searching reads it at once, others when they look. */
export function receiveReport(person: Person, people: People, nowMs: number, report: Omit<Report, 'reading'>): void {
  if (person.isAway) return
  person.report = { ...report, reading: null }
  startReading(person, people, nowMs)
}

/**
 * The search goes on meanwhile, and what ends first counts, where the report names the cause or none. One that names another cause is
 * believed until it has been checked: it costs the time of the reading besides.
 */
export function startReading(person: Person, people: People, nowMs: number): void {
  const { report } = person
  if (report === null || report.reading !== null || !seeksCause(person)) return
  const call = person.pages.length - 1
  const forMs = delay(person, 'read diagnosis', people.readDiagnosis, call, person.readings++)
  person.report = { ...report, reading: { untilMs: nowMs + forMs } }
  if (report.names !== 'another cause') return
  person.misledMs += forMs
  if (isSearching(person)) person.atMs! += forMs
}

/** Called when the report is read. @returns undefined where the search was over before */
export function finishReading(person: Person, nowMs: number): ReadReport | undefined {
  const { incident, names } = person.report!
  person.report = null
  if (!seeksCause(person)) return undefined
  const believed = names === 'the cause'
  if (believed) {
    person.knowsCause = true
    if (isSearching(person)) person.atMs = nowMs
  }
  return { incident, believed }
}

function isSearching({ stage }: Person): boolean {
  return stage === 'finding the cause' || stage === 'clearing'
}

function seeksCause(person: Person): boolean {
  const knows = ['applying the remedy', 'writing the fix', 'reviewing'].includes(person.stage ?? '')
  return isAtWork(person) && !knows
}
