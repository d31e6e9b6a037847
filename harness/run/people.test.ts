import { describe, expect, test } from 'vitest'
import {
  attentive,
  bad,
  changed,
  expectShare,
  follow,
  good,
  hourMs,
  names,
  noonMs,
  onceRolledBack,
  paged,
  pagedAtMs,
  seeds,
  shipped,
} from './fixtures/people.ts'
import { clonePerson, createPerson } from './people/person.ts'
import { nextActMs, type PersonAct, type PersonView, page, seeRollout } from './people.ts'

describe('a page', () => {
  test('about a bad release leads to acknowledgement, look, decision, rollback, cause and repair, in this order', () => {
    for (const seed of seeds.slice(0, 50)) {
      const deeds = paged(seed, onceRolledBack(bad))
      expect(names(deeds)).toEqual([
        'page.acknowledged',
        'person.looked',
        'decided to roll back',
        'roll back',
        'cause.found',
        'propose the fix',
      ])
      const times = deeds.map(({ t }) => t)
      expect(times).toEqual(times.toSorted((a, b) => a - b))
      expect(times[0]).toBeGreaterThan(pagedAtMs)
    }
  })

  test.each<[string, PersonView, PersonAct[]]>([
    ['a bad release that is reverted', { ...bad, reverted: true }, ['cause.found', 'propose the fix']],
    ['a bad release whose repair is on its way', { ...bad, reverted: true, releaseUnderWay: true }, []],
    ['a good release that was reverted', { ...good, reverted: true }, ['release again']],
    ['a good release that comes again already', { ...good, reverted: true, releaseUnderWay: true }, []],
    ['nothing that was released', { ...good, releasedAtMs: null }, []],
    [
      'a flag, where nothing was released',
      { ...good, releasedAtMs: null, remedy: 'flagOff' },
      ['cause.found', { remedy: 'flagOff' }],
    ],
    [
      'a flag, where a good release was reverted for it',
      { ...good, reverted: true, remedy: 'flagOff' },
      ['cause.found', { remedy: 'flagOff' }, 'release again'],
    ],
  ])('about %s leads from the first look to what is left to do', (_, view, deeds) => {
    expect(names(paged(1, () => view))).toEqual(['page.acknowledged', 'person.looked', ...deeds])
  })

  test('about load that a good release cannot bear leads to a remedy once the cause is known, and a rollback does no harm to that', () => {
    const view: PersonView = { ...good, remedy: 'scale' }
    for (const seed of seeds.slice(0, 50)) {
      const deeds = names(paged(seed, onceRolledBack(view)))
      const rolledBack = deeds.includes('roll back')
      expect(deeds.slice(2)).toEqual(
        rolledBack
          ? ['decided to roll back', 'roll back', 'cause.found', { remedy: 'scale' }, 'release again']
          : ['decided to wait', 'cause.found', { remedy: 'scale' }],
      )
    }
  })

  test('whose release is reverted while the person decides needs no rollback of theirs', () => {
    const deeds = paged(1, (_, done) => ({ ...bad, reverted: done.includes('person.looked') }))
    expect(names(deeds)).toEqual(['page.acknowledged', 'person.looked', 'cause.found', 'propose the fix'])
  })

  test('whose release is reverted while the person rolls back is not rolled back twice', () => {
    const deeds = names(paged(1, (_, done) => ({ ...bad, reverted: done.includes('decided to roll back') })))
    expect(deeds).toContain('decided to roll back')
    expect(deeds).not.toContain('roll back')
    expect(deeds).toContain('propose the fix')
  })

  test('about a good release leads to a false rollback with the stated probability, else to nothing', () => {
    let rollbacks = 0
    for (const seed of seeds) {
      const deeds = names(paged(seed, onceRolledBack(good)))
      const rolledBack = deeds.includes('roll back')
      if (rolledBack) rollbacks++
      expect(deeds.slice(2)).toEqual(
        rolledBack ? ['decided to roll back', 'roll back', 'release again'] : ['decided to wait'],
      )
    }
    expectShare(rollbacks / seeds.length, shipped.decision.falseRollback.share, seeds.length)
  })

  test('about a bad release that is taken for a good one, as stated, leads to another look', () => {
    const missed = seeds.filter(seed => names(paged(seed, onceRolledBack(bad), shipped))[2] === 'decided to wait')
    expectShare(missed.length / seeds.length, shipped.decision.missedRollback.share, seeds.length)
    for (const seed of missed) {
      const deeds = names(paged(seed, onceRolledBack(bad), shipped))
      expect(deeds.slice(2, 4)).toEqual(['decided to wait', 'person.looked'])
      expect(deeds.at(-1)).toBe('propose the fix')
    }
  })

  test('that comes while an incident is open changes nothing', () => {
    const once = paged(3, onceRolledBack(bad))
    const person = createPerson(3, 'any', noonMs)
    page(person, attentive, pagedAtMs, 'alarm')
    const deeds = follow(person, (nowMs, done) => {
      page(person, attentive, nowMs, 'alarm')
      return onceRolledBack(bad)(nowMs, done)
    })
    expect(deeds).toEqual(once)
  })

  test.each(['good', 'bad'])('that comes after an incident with a %s release is answered like the first', which => {
    const person = createPerson(2, 'any', noonMs)
    page(person, attentive, pagedAtMs, 'alarm')
    follow(person, onceRolledBack(which === 'good' ? good : bad))
    expect(nextActMs(person)).toBeNull()
    page(person, attentive, 80 * hourMs, 'alarm')
    expect(names(follow(person, onceRolledBack(bad)))[0]).toBe('page.acknowledged')
  })

  test('that nobody answers at any level comes to nothing, and the next one is answered by whoever is there', () => {
    const absent = changed(attentive, ({ page: one }) => {
      one.noAnswer = { day: { share: 1, source: 'test' }, night: { share: 0, source: 'test' } }
    })
    const person = createPerson(1, 'any', noonMs)
    page(person, absent, 0, 'alarm')
    expect(nextActMs(person)).toBeNull()
    page(person, absent, 11 * hourMs, 'alarm')
    expect(names(follow(person, onceRolledBack(bad), absent))[0]).toBe('page.acknowledged')
  })
})

describe('draws', () => {
  test('of one kind are not moved by draws of another', () => {
    const plain = createPerson(9, 'any', noonMs)
    page(plain, attentive, 0, 'alarm')
    const busy = createPerson(9, 'any', noonMs)
    for (const t of [1, 2, 3]) {
      seeRollout(busy, attentive, t, { ...good, waitsForPromotion: true })
      seeRollout(busy, attentive, t, good)
    }
    page(busy, attentive, 0, 'alarm')
    expect(follow(busy, onceRolledBack(bad))).toEqual(follow(plain, onceRolledBack(bad)))
  })

  test('of a second call are the same however the first one went', () => {
    const second = (view: PersonView) => {
      const person = createPerson(4, 'any', noonMs)
      page(person, attentive, 0, 'alarm')
      follow(person, onceRolledBack(view))
      page(person, attentive, 240 * hourMs, 'alarm')
      return follow(person, onceRolledBack({ ...bad, releasedAtMs: 240 * hourMs }))
    }
    expect(second(good)).toEqual(second(bad))
  })

  test('differ from seed to seed, and are the same for a release and its twin up to where the person knows', () => {
    const firsts = seeds.slice(0, 100).map(seed => paged(seed, onceRolledBack(bad))[0]!.t)
    expect(new Set(firsts).size).toBeGreaterThan(95)
    for (const seed of seeds.slice(0, 100))
      expect(paged(seed, onceRolledBack(bad)).slice(0, 2)).toEqual(paged(seed, onceRolledBack(good)).slice(0, 2))
  })

  test('are those of the original in a clone, which goes its own way', () => {
    const person = createPerson(5, 'any', noonMs)
    page(person, attentive, 0, 'alarm')
    const clone = clonePerson(person)
    expect(clone).toEqual(person)
    const deeds = follow(clone, onceRolledBack(bad))
    page(clone, attentive, 90 * hourMs, 'alarm')
    expect(person.pages).toHaveLength(1)
    expect(follow(person, onceRolledBack(bad))).toEqual(deeds)
  })
})

describe('a rollout that waits for a person', () => {
  const waiting: PersonView = { ...good, waitsForPromotion: true }
  const untilPromoted = (_: number, done: readonly PersonAct[]) => (done.includes('promote') ? good : waiting)

  test('is promoted once, after the stated time, however often it changes meanwhile', () => {
    const person = createPerson(1, 'any', noonMs)
    seeRollout(person, attentive, 1000, waiting)
    const atMs = nextActMs(person)!
    seeRollout(person, attentive, 2000, waiting)
    expect(nextActMs(person)).toBe(atMs)
    expect(follow(person, untilPromoted)).toEqual([{ t: atMs, act: 'promote' }])
  })

  test('is not promoted when it has gone on by itself', () => {
    const person = createPerson(1, 'any', noonMs)
    seeRollout(person, attentive, 1000, waiting)
    seeRollout(person, attentive, 2000, good)
    expect(nextActMs(person)).toBeNull()
  })

  test('is not promoted while a page is open', () => {
    const person = createPerson(1, 'any', noonMs)
    seeRollout(person, attentive, 1000, waiting)
    page(person, attentive, 2000, 'alarm')
    seeRollout(person, attentive, 3000, waiting)
    const deeds = follow(person, (_, done) => {
      const reverted = done.includes('roll back')
      return { ...bad, reverted, waitsForPromotion: !reverted }
    })
    expect(names(deeds)).not.toContain('promote')
  })

  test('is promoted after a page that came to nothing', () => {
    const seed = seeds.find(one => names(paged(one, onceRolledBack(good))).includes('decided to wait'))!
    const person = createPerson(seed, 'any', noonMs)
    seeRollout(person, attentive, 1000, waiting)
    page(person, attentive, 2000, 'alarm')
    expect(names(follow(person, untilPromoted)).slice(2)).toEqual(['decided to wait', 'promote'])
  })
})
