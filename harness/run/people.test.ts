import { describe, expect, test } from 'vitest'
import { shippedParameters } from '../model/fixtures/parameters.ts'
import type { People } from '../model/parameters/people.ts'
import { normalCdf } from '../stats/special.ts'
import { clonePerson, createPerson, type Person } from './people/person.ts'
import { act, nextActMs, type PersonAct, type PersonView, page, seeRollout } from './people.ts'

const hourMs = 3_600_000
const { people: shipped } = shippedParameters

/** Nobody overlooks a bad release, and no page gets lost: what the sum of the times is stated for. */
const attentive = changed(shipped, people => {
  people.decision.missedRollback = { share: 0, source: 'test' }
  people.page.lost = { share: 0, source: 'test' }
})

/** Parameters with some of them changed. */
function changed(people: People, change: (copy: Mutable<People>) => void): People {
  const copy = structuredClone(people) as Mutable<People>
  change(copy)
  return copy
}
type Mutable<T> = { -readonly [K in keyof T]: Mutable<T[K]> }

const bad: PersonView = {
  releaseIsBad: true,
  releasedAtMs: 0,
  reverted: false,
  releaseUnderWay: false,
  remedy: null,
  waitsForPromotion: false,
}
const good: PersonView = { ...bad, releaseIsBad: false }
const seeds = Array.from({ length: 2000 }, (_, i) => i + 1)

const noonMs = 12 * hourMs
const midnightMs = 0

/** What a person does from a page on, and when; `viewAt` is what they see then. */
function follow(
  person: Person,
  viewAt: (nowMs: number, done: readonly PersonAct[]) => PersonView,
  people: People = attentive,
) {
  const deeds: { t: number; act: PersonAct }[] = []
  for (let nowMs = nextActMs(person); nowMs !== null; nowMs = nextActMs(person)) {
    const view = viewAt(
      nowMs,
      deeds.map(deed => deed.act),
    )
    for (const deed of act(person, people, nowMs, view)) deeds.push({ t: nowMs, act: deed })
  }
  return deeds
}

const pagedAtMs = 100_000

function paged(seed: number, viewAt: Parameters<typeof follow>[1], people = attentive, startsAtMs = noonMs) {
  const person = createPerson(seed, 'any', startsAtMs)
  page(person, people, pagedAtMs, 'alarm')
  return follow(person, viewAt, people)
}

const names = (deeds: readonly { act: PersonAct }[]) => deeds.map(deed => deed.act)
const onceRolledBack = (view: PersonView) => (_: number, done: readonly PersonAct[]) => ({
  ...view,
  reverted: done.includes('roll back'),
})

/** A share of n that differs from the stated one by less than four standard deviations. */
function expectShare(share: number, stated: number, n: number): void {
  expect(Math.abs(share - stated)).toBeLessThan(4 * Math.sqrt((stated * (1 - stated)) / n))
}

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
    ['a good release that was reverted', { ...good, reverted: true }, ['propose the release again']],
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
      ['cause.found', { remedy: 'flagOff' }, 'propose the release again'],
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
          ? ['decided to roll back', 'roll back', 'cause.found', { remedy: 'scale' }, 'propose the release again']
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
        rolledBack ? ['decided to roll back', 'roll back', 'propose the release again'] : ['decided to wait'],
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

describe('times', () => {
  const quantile = (values: readonly number[], q: number) =>
    values.toSorted((a, b) => a - b)[Math.floor(q * values.length)]!
  const gaps = seeds.map(seed => {
    const deeds = paged(seed, onceRolledBack(bad))
    return Object.fromEntries(deeds.map(({ act: name, t }, i) => [name, t - (deeds[i - 1]?.t ?? pagedAtMs)]))
  })

  test.each([
    ['person.looked', shipped.look],
    ['roll back', shipped.rollback],
    ['propose the fix', shipped.writeFix],
  ] as const)('to %s have the stated median', (name, { medianMs, sigma }) => {
    const seen = quantile(
      gaps.map(gap => gap[name]!),
      0.5,
    )
    // The median of n lognormals has a standard error of about 1.25 sigma / √n in its logarithm.
    expect(Math.abs(Math.log(seen / medianMs))).toBeLessThan((4 * 1.2533 * sigma) / Math.sqrt(seeds.length))
  })

  test('to a decision are longer by a detour for one in four, and three times as long for an old release', () => {
    const detours = seeds.map(seed => {
      const decision = (releasedAtMs: number) => {
        const deeds = paged(seed, onceRolledBack({ ...bad, releasedAtMs }))
        return deeds[2]!.t - deeds[1]!.t
      }
      // Looks come hours later at most: the one is an hour old then, the other is not yet.
      return (3 * decision(1e9) - decision(-hourMs)) / 2
    })
    // Rounding of two times to whole ms apart, what is left is the detour: none for three in four.
    const share = detours.filter(ms => ms > 2).length / seeds.length
    expectShare(share, shipped.decision.wrongHypothesis.share, seeds.length)
  })

  test.each([
    ['day', noonMs],
    ['night', midnightMs],
  ] as const)(
    'to an acknowledgement by %s are longer by escalations for those whose responder is not there',
    (time, startsAtMs) => {
      const { escalation, acknowledgement, noAnswer } = shipped.page
      const late = seeds.filter(seed => {
        const [first] = paged(seed, onceRolledBack(bad), attentive, startsAtMs)
        return first!.t - pagedAtMs > escalation.ms
      })
      // Of those who answer, some take that long anyhow: the two lognormals' sum, whose delivery of 8 s is nearly a constant.
      const slow =
        1 - normalCdf(Math.log((escalation.ms - 9000) / acknowledgement[time].medianMs) / acknowledgement[time].sigma)
      const { share } = noAnswer[time]
      expect(Math.abs(late.length / seeds.length - (share + (1 - share) * slow))).toBeLessThan(0.025)
    },
  )

  /**
   * Published sum of these laws by 200,000 draws: acknowledgement, escalation, look, decision, wrong hypothesis and 3 min for the
   * rollback itself. Here they come out of the state machine, with the page's delivery (median 8 s) besides.
   */
  test.each([
    ['day', noonMs, 26, 61, 79],
    ['night', midnightMs, 31, null, 88],
  ] as const)(
    'from the page to a rollback by hand by %s add up to what is stated for them',
    (_, startsAtMs, p50, p90, p95) => {
      const minutes = Array.from({ length: 20_000 }, (_seed, i) => {
        const person = createPerson(i, 'sum', startsAtMs)
        page(person, attentive, 0, 'alarm')
        for (let nowMs = nextActMs(person); nowMs !== null; nowMs = nextActMs(person)) {
          const deeds = act(person, attentive, nowMs, { ...bad, releasedAtMs: nowMs })
          if (deeds.includes('decided to roll back')) return nowMs / 60_000 + 3
        }
        // Nobody answers at any level: at night in 2 of 10,000.
        return Infinity
      })
      // Standard errors by 20,000 draws are 0.13 min at the median, 0.5 at p90 and 0.9 at p95; the stated ones are rounded to 1 min.
      expect(Math.abs(quantile(minutes, 0.5) - p50)).toBeLessThan(1.2)
      if (p90 !== null) expect(Math.abs(quantile(minutes, 0.9) - p90)).toBeLessThan(2.5)
      expect(Math.abs(quantile(minutes, 0.95) - p95)).toBeLessThan(4)
    },
  )
})

describe('people who were paged before', () => {
  /** Pages that come to nothing, some hours before the one that counts. */
  function pagedAgain(seed: number, kinds: readonly string[], kind: string, people = attentive) {
    const person = createPerson(seed, 'any', midnightMs + 8 * hourMs)
    kinds.forEach((one, i) => {
      page(person, people, i * 1000, one)
      person.stage = null
      person.atMs = null
    })
    page(person, people, hourMs, kind)
    return nextActMs(person)! - hourMs
  }

  test('about the same answer at once less often, by the stated factor for each time', () => {
    const escalationMs = shipped.page.escalation.ms
    const late = (kinds: readonly string[]) =>
      seeds.filter(seed => pagedAgain(seed, kinds, 'a') > escalationMs).length / seeds.length
    const never = late(['b', 'b'].slice(0, 1))
    expect(1 - late(['a'])).toBeCloseTo((1 - never) * 0.7, 1)
    expect(1 - late(['a'])).toBeLessThan(1 - never - 0.2)
  })

  test('more often than is good for them take longer by the stated factor', () => {
    const steady = changed(attentive, ({ fatigue }) => {
      fatigue.slowness = { value: 1, source: 'test' }
    })
    const factors = (kinds: readonly string[]) =>
      seeds.slice(0, 200).map(seed => pagedAgain(seed, kinds, 'a') / pagedAgain(seed, kinds, 'a', steady))
    expect(new Set(factors(['b']))).toEqual(new Set([1]))
    // Delivery and escalations take no longer, acknowledgement half as long again: mostly, it is nearly all.
    const tired = factors(['b', 'c'])
    expect(Math.max(...tired)).toBeLessThanOrEqual(1.5001)
    expect(tired.filter(factor => factor > 1.4).length).toBeGreaterThan(140)
  })

  test('in another shift are as fresh as ever', () => {
    const person = createPerson(1, 'any', noonMs)
    for (const t of [0, 1000]) {
      page(person, attentive, t, 'alarm')
      person.stage = null
      person.atMs = null
    }
    const tired = clonePerson(person)
    page(person, attentive, 24 * hourMs, 'alarm')
    page(tired, attentive, hourMs, 'alarm')
    const fresh = changed(attentive, ({ fatigue }) => {
      fatigue.slowness = { value: 1, source: 'test' }
      fatigue.repeatedAlertFactor = { value: 1, source: 'test' }
    })
    const unmoved = createPerson(1, 'any', noonMs)
    for (const t of [0, 1000]) {
      page(unmoved, fresh, t, 'alarm')
      unmoved.stage = null
      unmoved.atMs = null
    }
    page(unmoved, fresh, 24 * hourMs, 'alarm')
    expect(nextActMs(person)).toBe(nextActMs(unmoved))
    expect(nextActMs(tired)! - hourMs).toBeGreaterThan(nextActMs(person)! - 24 * hourMs)
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
