import { describe, expect, test } from 'vitest'
import {
  attentive,
  bad,
  expectShare,
  good,
  names,
  noonMs,
  onceRolledBack,
  paged,
  pagedAtMs,
  seeds,
  shipped,
} from '../fixtures/people.ts'
import { act, nextActMs, type PersonAct, type PersonView, page, seeProposal } from '../people.ts'
import { ask } from './approve.ts'
import { createPerson, type Person, type Report } from './person.ts'
import { receiveReport } from './read-report.ts'

type Deed = { readonly t: number; readonly act: PersonAct }
type Names = Report['names']

const reverted: PersonView = { ...bad, reverted: true }

/** What a person does who is paged, with things that happen to them meanwhile. */
function play(
  seed: number,
  viewAt: (done: readonly PersonAct[]) => PersonView,
  happenings: readonly { readonly atMs: number; readonly what: (person: Person) => void }[] = [],
): Deed[] {
  const person = createPerson(seed, 'any', noonMs)
  page(person, attentive, pagedAtMs, 'alarm')
  const rest = happenings.toSorted((a, b) => a.atMs - b.atMs)
  const deeds: Deed[] = []
  for (;;) {
    const nextMs = nextActMs(person)
    const happening = rest[0]
    if (happening !== undefined && happening.atMs <= (nextMs ?? Infinity)) {
      rest.shift()
      happening.what(person)
    } else if (nextMs === null) return deeds
    else for (const one of act(person, attentive, nextMs, viewAt(names(deeds)))) deeds.push({ t: nextMs, act: one })
  }
}

const reportAt = (atMs: number, what: Names) => ({
  atMs,
  what: (person: Person) => receiveReport(person, attentive, atMs, { incident: 'i1', names: what }),
})
const whenOf = (deeds: readonly Deed[], wanted: PersonAct) => deeds.find(({ act: one }) => one === wanted)!.t
const readOf = (deeds: readonly Deed[]) => deeds.find(({ act: one }) => typeof one === 'object' && 'read' in one)
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!

describe('a report on the cause that is there when a person looks', () => {
  const plain = seeds.map(seed => play(seed, () => reverted))
  const withReport = (what: Names) => seeds.map(seed => play(seed, () => reverted, [reportAt(pagedAtMs, what)]))
  const right = withReport('the cause')
  const wrong = withReport('another cause')
  const empty = withReport('none')

  test('takes the stated time to read', () => {
    const times = empty.flatMap(deeds => {
      const read = readOf(deeds)
      return read === undefined ? [] : [read.t - whenOf(deeds, 'person.looked')]
    })
    // Where the search ends before, nobody reads to the end: the longest readings of a few are missing.
    expect(times.length).toBeGreaterThan(0.9 * seeds.length)
    const all = wrong.map(deeds => readOf(deeds)!.t - whenOf(deeds, 'person.looked'))
    const { medianMs, sigma } = shipped.readDiagnosis
    expect(Math.abs(Math.log(median(all) / medianMs))).toBeLessThan((4 * 1.2533 * sigma) / Math.sqrt(seeds.length))
  })

  test('ends the search when it names the cause, unless that ends before', () => {
    let sooner = 0
    right.forEach((deeds, i) => {
      const foundMs = whenOf(deeds, 'cause.found')
      const searchedMs = whenOf(plain[i]!, 'cause.found')
      const read = readOf(deeds)
      expect(foundMs).toBe(read?.t ?? searchedMs)
      expect(foundMs).toBeLessThanOrEqual(searchedMs)
      if (read !== undefined) expect(read.act).toEqual({ read: { incident: 'i1', believed: true } })
      if (foundMs < searchedMs) sooner++
    })
    // ln 60 - ln 5 over the standard deviation of the two, 1.526: 94.8 % of the readings are over before the search.
    expectShare(sooner / seeds.length, 0.948, seeds.length)
  })

  test('costs the time of its reading when it names another cause', () => {
    wrong.forEach((deeds, i) => {
      const read = readOf(deeds)!
      expect(read.act).toEqual({ read: { incident: 'i1', believed: false } })
      const readingMs = read.t - whenOf(deeds, 'person.looked')
      expect(whenOf(deeds, 'cause.found')).toBe(whenOf(plain[i]!, 'cause.found') + readingMs)
    })
  })

  test('changes nothing when it names none', () => {
    empty.forEach((deeds, i) => {
      expect(deeds.filter(one => one !== readOf(deeds))).toEqual(plain[i])
      const read = readOf(deeds)
      if (read !== undefined) expect(read.act).toEqual({ read: { incident: 'i1', believed: false } })
    })
  })

  test('leaves the time that a fix takes to be written as it is', () => {
    const writing = (deeds: readonly Deed[]) => whenOf(deeds, 'propose the fix') - whenOf(deeds, 'cause.found')
    for (const told of [right, wrong, empty]) expect(told.map(writing)).toEqual(plain.map(writing))
  })
})

describe('a report that comes', () => {
  test('while somebody searches is read from then on', () => {
    for (const seed of seeds.slice(0, 200)) {
      const plain = play(seed, () => reverted)
      const [lookedMs, foundMs] = [whenOf(plain, 'person.looked'), whenOf(plain, 'cause.found')]
      const readingMs = readOf(play(seed, () => reverted, [reportAt(pagedAtMs, 'another cause')]))!.t - lookedMs
      const comesMs = Math.round((lookedMs + foundMs) / 2)
      const [right, wrong] = (['the cause', 'another cause'] as const).map(what =>
        play(seed, () => reverted, [reportAt(comesMs, what)]),
      )
      expect(whenOf(right!, 'cause.found')).toBe(Math.min(foundMs, comesMs + readingMs))
      expect(whenOf(wrong!, 'cause.found')).toBe(foundMs + readingMs)
    }
  })

  test('when the cause is known is not read', () => {
    const plain = play(1, () => reverted)
    expect(play(1, () => reverted, [reportAt(whenOf(plain, 'cause.found') + 1, 'the cause')])).toEqual(plain)
  })

  test('twice is read anew', () => {
    const plain = play(1, () => reverted)
    const lookedMs = whenOf(plain, 'person.looked')
    const deeds = play(1, () => reverted, [
      reportAt(pagedAtMs, 'another cause'),
      reportAt(readOf(play(1, () => reverted, [reportAt(pagedAtMs, 'another cause')]))!.t + 1, 'the cause'),
    ])
    const reads = deeds.filter(({ act: one }) => typeof one === 'object' && 'read' in one)
    expect(reads).toHaveLength(2)
    expect(reads[0]!.t).toBeGreaterThan(lookedMs)
    expect(whenOf(deeds, 'cause.found')).toBe(reads[1]!.t)
  })

  test('to nobody waits for whoever is called next', () => {
    const person = createPerson(1, 'any', noonMs)
    receiveReport(person, attentive, 0, { incident: 'i1', names: 'the cause' })
    expect(nextActMs(person)).toBeNull()
    page(person, attentive, pagedAtMs, 'alarm')
    const deeds: Deed[] = []
    for (let nowMs = nextActMs(person); nowMs !== null; nowMs = nextActMs(person))
      for (const one of act(person, attentive, nowMs, reverted)) deeds.push({ t: nowMs, act: one })
    expect(deeds).toEqual(play(1, () => reverted, [reportAt(pagedAtMs, 'the cause')]))
  })
})

describe('whoever has read what is wrong', () => {
  const right = [reportAt(pagedAtMs, 'the cause')]

  test('applies the remedy of a trouble that is no release at once', () => {
    for (const seed of seeds.slice(0, 200)) {
      const view: PersonView = { ...good, releasedAtMs: null, remedy: 'flagOff' }
      const deeds = play(seed, () => view, right)
      const read = readOf(deeds)
      if (read === undefined) continue
      expect(deeds.slice(deeds.indexOf(read)).map(({ t }) => t - read.t)).toEqual([0, 0, 0])
      expect(names(deeds).slice(-2)).toEqual(['cause.found', { remedy: 'flagOff' }])
    }
  })

  test('releases a good release again that was taken back, without another thought', () => {
    const view: PersonView = { ...good, reverted: true }
    for (const seed of seeds.slice(0, 200)) {
      const [told, alone] = [play(seed, () => view, right), play(seed, () => view)]
      const read = readOf(told)
      expect(whenOf(told, 'release again')).toBe(read?.t ?? whenOf(alone, 'release again'))
    }
  })

  test('takes no bad release for a good one, nor a good one for bad', () => {
    // The reading is over before any decision.
    const quick = structuredClone(shipped) as { -readonly [K in keyof typeof shipped]: (typeof shipped)[K] }
    quick.readDiagnosis = { ...shipped.readDiagnosis, medianMs: 1, sigma: 0 }
    quick.page = attentive.page
    for (const seed of seeds.slice(0, 300)) {
      for (const view of [bad, good]) {
        const person = createPerson(seed, 'any', noonMs)
        page(person, quick, pagedAtMs, 'alarm')
        receiveReport(person, quick, pagedAtMs, { incident: 'i1', names: 'the cause' })
        const done: PersonAct[] = []
        for (let nowMs = nextActMs(person); nowMs !== null; nowMs = nextActMs(person))
          done.push(...act(person, quick, nowMs, onceRolledBack(view)(nowMs, done)))
        expect(done.includes('roll back')).toBe(view.releaseIsBad)
      }
    }
  })
})

describe("a person who knows the cause and sees another's repair", () => {
  const proposed: PersonView = { ...reverted, fixProposed: true }

  test.each(['merged', 'closed'] as const)('that is %s meanwhile writes none, or their own from then on', state => {
    for (const seed of seeds.slice(0, 100)) {
      const alone = play(seed, () => reverted)
      const foundMs = whenOf(alone, 'cause.found')
      const atMs = foundMs + 600_000
      const told = { atMs, what: (person: Person) => seeProposal(person, attentive, atMs, state) }
      let isOpen = true
      const deeds = play(seed, () => (isOpen ? proposed : reverted), [
        {
          atMs,
          what: () => {
            isOpen = false
          },
        },
        told,
      ])
      const before = alone.slice(0, -1)
      const fixMs = atMs + whenOf(alone, 'propose the fix') - foundMs
      expect(deeds).toEqual(state === 'merged' ? before : [...before, { t: fixMs, act: 'propose the fix' }])
    }
  })

  test('waits for its review also where it comes while they write', () => {
    const alone = play(1, () => reverted)
    const deeds = play(1, done => (done.includes('cause.found') ? proposed : reverted))
    expect(deeds).toEqual(alone.slice(0, -1))
  })

  test('writes none where one is on its way to the cluster', () => {
    const deeds = play(1, done => ({ ...reverted, releaseUnderWay: done.includes('person.looked') }))
    expect(names(deeds)).toEqual(['page.acknowledged', 'person.looked', 'cause.found'])
  })
})

test('questions are answered beside everything else, and change nothing of it', () => {
  for (const seed of seeds.slice(0, 100)) {
    const asked = { atMs: pagedAtMs + 1, what: (person: Person) => ask(person, attentive, pagedAtMs + 1, 'e', true) }
    const deeds = play(seed, onceRolledBackView, [asked])
    const answers = deeds.flatMap(({ t, act: one }) =>
      typeof one === 'object' && 'answered' in one ? [{ t, one }] : [],
    )
    expect(answers).toHaveLength(1)
    expect(answers[0]!.one.answered).toMatchObject({ effectId: 'e', atMs: answers[0]!.t })
    const rest = deeds.filter(({ act: one }) => !(typeof one === 'object' && 'answered' in one))
    expect(rest).toEqual(paged(seed, onceRolledBack(bad)))
  }
})

function onceRolledBackView(done: readonly PersonAct[]): PersonView {
  return onceRolledBack(bad)(0, done)
}
