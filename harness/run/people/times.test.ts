import { describe, expect, test } from 'vitest'
import { normalCdf } from '../../stats/special.ts'
import {
  attentive,
  bad,
  changed,
  expectShare,
  hourMs,
  midnightMs,
  noonMs,
  onceRolledBack,
  paged,
  pagedAtMs,
  seeds,
  shipped,
} from '../fixtures/people.ts'
import { act, nextActMs, page } from '../people.ts'
import { clonePerson, createPerson } from './person.ts'

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
