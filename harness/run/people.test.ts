import { describe, expect, test } from 'vitest'
import {
  act,
  createPerson,
  escalationMs,
  nextActMs,
  type Person,
  type PersonAct,
  type PersonView,
  page,
  peopleOdds,
  peopleTimes,
  seeRollout,
} from './people.ts'

const bad: PersonView = { deployIsBad: true, deployedAtMs: 0, reverted: false, waitsForPromotion: false }
const good: PersonView = { ...bad, deployIsBad: false }
const seeds = Array.from({ length: 2000 }, (_, i) => i + 1)

/** What a person does from a page on, and when; `viewAt` is what they see then. */
function follow(person: Person, viewAt: (nowMs: number, done: readonly PersonAct[]) => PersonView) {
  const deeds: { t: number; act: PersonAct }[] = []
  for (let nowMs = nextActMs(person); nowMs !== null; nowMs = nextActMs(person)) {
    const view = viewAt(
      nowMs,
      deeds.map(deed => deed.act),
    )
    for (const deed of act(person, nowMs, view)) deeds.push({ t: nowMs, act: deed })
  }
  return deeds
}

function paged(seed: number, viewAt: Parameters<typeof follow>[1]) {
  const person = createPerson(seed, 'any')
  page(person, 100_000)
  return follow(person, viewAt)
}

const names = (deeds: readonly { act: PersonAct }[]) => deeds.map(deed => deed.act)
const onceRolledBack = (view: PersonView) => (_: number, done: readonly PersonAct[]) => ({
  ...view,
  reverted: done.includes('roll back'),
})

describe('a page', () => {
  test('about a bad deploy leads to acknowledgement, look, decision, rollback, cause and fix, in this order', () => {
    for (const seed of seeds.slice(0, 50)) {
      const deeds = paged(seed, onceRolledBack(bad))
      expect(names(deeds)).toEqual([
        'page.acknowledged',
        'person.looked',
        'decided to roll back',
        'roll back',
        'cause.found',
        'fix.merged',
        'release the fix',
      ])
      const times = deeds.map(({ t }) => t)
      expect(times).toEqual(times.toSorted((a, b) => a - b))
      expect(times[0]).toBeGreaterThan(100_000)
    }
  })

  test('about a bad deploy that is reverted already leads to the search for the cause, with nothing to roll back', () => {
    expect(names(paged(1, () => ({ ...bad, reverted: true })))).toEqual([
      'page.acknowledged',
      'person.looked',
      'cause.found',
      'fix.merged',
      'release the fix',
    ])
  })

  test('about a good deploy that was reverted leads to the same release again', () => {
    expect(names(paged(1, () => ({ ...good, reverted: true })))).toEqual([
      'page.acknowledged',
      'person.looked',
      'release again',
    ])
  })

  test('whose deploy is reverted while the person decides needs no rollback of theirs', () => {
    const deeds = paged(1, (_, done) => ({ ...bad, reverted: done.includes('person.looked') }))
    expect(names(deeds)).toEqual(['page.acknowledged', 'person.looked', 'cause.found', 'fix.merged', 'release the fix'])
  })

  test('whose deploy is reverted while the person rolls back is not rolled back twice', () => {
    const deeds = paged(1, (_, done) => ({ ...bad, reverted: done.includes('decided to roll back') }))
    expect(names(deeds)).toContain('decided to roll back')
    expect(names(deeds)).not.toContain('roll back')
    expect(names(deeds)).toContain('release the fix')
  })

  test('about a good deploy leads to a false rollback with the stated probability, else to nothing', () => {
    let rollbacks = 0
    for (const seed of seeds) {
      const deeds = names(paged(seed, onceRolledBack(good)))
      const rolledBack = deeds.includes('roll back')
      if (rolledBack) rollbacks++
      expect(deeds.slice(2)).toEqual(
        rolledBack ? ['decided to roll back', 'roll back', 'release again'] : ['decided to wait'],
      )
    }
    const sd = Math.sqrt((peopleOdds.falseRollback * (1 - peopleOdds.falseRollback)) / seeds.length)
    expect(Math.abs(rollbacks / seeds.length - peopleOdds.falseRollback)).toBeLessThan(4 * sd)
  })

  test('that comes while an incident is open, or after it, changes nothing', () => {
    const once = paged(3, onceRolledBack(bad))
    const person = createPerson(3, 'any')
    page(person, 100_000)
    page(person, 101_000)
    const deeds = follow(person, (nowMs, done) => {
      page(person, nowMs)
      return onceRolledBack(bad)(nowMs, done)
    })
    page(person, 1e9)
    expect(deeds).toEqual(once)
    expect(nextActMs(person)).toBeNull()
  })

  test('that came to nothing does not keep the next one from being answered', () => {
    const seed = seeds.find(one => names(paged(one, onceRolledBack(good))).includes('decided to wait'))!
    const person = createPerson(seed, 'any')
    page(person, 100_000)
    const waited = follow(person, () => good)
    expect(names(waited).at(-1)).toBe('decided to wait')
    page(person, 5e6)
    expect(names(follow(person, onceRolledBack(bad)))[0]).toBe('page.acknowledged')
  })
})

describe('times', () => {
  const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!
  const gaps = seeds.map(seed => {
    const deeds = paged(seed, onceRolledBack(bad))
    return Object.fromEntries(deeds.map(({ act: name, t }, i) => [name, t - (deeds[i - 1]?.t ?? 100_000)]))
  })

  /** The median of n lognormals has a standard error of about 1.25 sigma / √n in its logarithm. */
  const tolerance = (sigma: number) => 4 * 1.2533 * (sigma / Math.sqrt(seeds.length))

  test.each([
    ['person.looked', peopleTimes.look],
    ['roll back', peopleTimes.rollBack],
  ] as const)('to %s have the stated median', (name, { medianMs, sigma }) => {
    const seen = median(gaps.map(gap => gap[name]!))
    expect(Math.abs(Math.log(seen / medianMs))).toBeLessThan(tolerance(sigma))
  })

  test('to a decision are longer by a detour for one in four, and three times as long for an old deploy', () => {
    const detours = seeds.map(seed => {
      const young = paged(seed, onceRolledBack({ ...bad, deployedAtMs: 100_000 }))
      const old = paged(seed, onceRolledBack({ ...bad, deployedAtMs: -3_600_001 }))
      const decision = (deeds: typeof young) => deeds[2]!.t - deeds[1]!.t
      return (3 * decision(young) - decision(old)) / 2
    })
    // Rounding of two times to whole ms apart, what is left is the detour: none for three in four.
    const share = detours.filter(ms => ms > 2).length / seeds.length
    const stale = seeds.filter(seed => paged(seed, onceRolledBack(bad))[1]!.t > 3_600_000).length / seeds.length
    expect(Math.abs(share - peopleOdds.wrongHypothesis)).toBeLessThan(
      4 * Math.sqrt((0.25 * 0.75) / seeds.length) + 2 * stale,
    )
  })

  test('to an acknowledgement are longer by an escalation for one in twenty', () => {
    const late = gaps.filter(gap => gap['page.acknowledged']! > escalationMs).length / seeds.length
    // Of those who answer, LN(150 s, 0.9) leaves 1 - Φ(ln(590 / 150) / 0.9) = 6.4 % who take longer than that anyhow.
    const expected = peopleOdds.noAnswer + (1 - peopleOdds.noAnswer) * 0.064
    expect(Math.abs(late - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / seeds.length))
  })
})

describe('draws', () => {
  test('of one kind are not moved by draws of another', () => {
    const plain = createPerson(9, 'any')
    page(plain, 0)
    const busy = createPerson(9, 'any')
    // Promotions before the page draw from a stream of their own.
    for (const t of [1, 2, 3]) {
      seeRollout(busy, t, { ...good, waitsForPromotion: true })
      seeRollout(busy, t, good)
    }
    page(busy, 0)
    expect(follow(busy, onceRolledBack(bad))).toEqual(follow(plain, onceRolledBack(bad)))
  })

  test('differ from seed to seed, and are the same for a deploy and its twin up to where the person knows', () => {
    const firsts = seeds.slice(0, 100).map(seed => paged(seed, onceRolledBack(bad))[0]!.t)
    expect(new Set(firsts).size).toBeGreaterThan(95)
    for (const seed of seeds.slice(0, 100))
      expect(paged(seed, onceRolledBack(bad)).slice(0, 2)).toEqual(paged(seed, onceRolledBack(good)).slice(0, 2))
  })
})

describe('a rollout that waits for a person', () => {
  const waiting: PersonView = { ...good, waitsForPromotion: true }
  const untilPromoted = (_: number, done: readonly PersonAct[]) => (done.includes('promote') ? good : waiting)

  test('is promoted once, after the stated time, however often it changes meanwhile', () => {
    const person = createPerson(1, 'any')
    seeRollout(person, 1000, waiting)
    const atMs = nextActMs(person)!
    seeRollout(person, 2000, waiting)
    expect(nextActMs(person)).toBe(atMs)
    expect(follow(person, untilPromoted)).toEqual([{ t: atMs, act: 'promote' }])
  })

  test('is not promoted when it has gone on by itself', () => {
    const person = createPerson(1, 'any')
    seeRollout(person, 1000, waiting)
    seeRollout(person, 2000, good)
    expect(nextActMs(person)).toBeNull()
  })

  test('is not promoted while a page is open', () => {
    const person = createPerson(1, 'any')
    seeRollout(person, 1000, waiting)
    page(person, 2000)
    seeRollout(person, 3000, waiting)
    const deeds = follow(person, onceRolledBack({ ...bad, waitsForPromotion: true }))
    expect(names(deeds)).not.toContain('promote')
  })

  test('is promoted after a page that came to nothing', () => {
    const seed = seeds.find(one => names(paged(one, onceRolledBack(good))).includes('decided to wait'))!
    const person = createPerson(seed, 'any')
    seeRollout(person, 1000, waiting)
    page(person, 2000)
    expect(names(follow(person, untilPromoted)).slice(2)).toEqual(['decided to wait', 'promote'])
  })
})
