import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shippedParameters } from '../model/fixtures/parameters.ts'
import type { ForgeTimes } from '../model/parameters/forge.ts'
import { cloneForge, createForge, type Forge, type ForgeEvent, type Proposal } from './forge/forge.ts'
import { closePullRequest, isUnderWay, nextForgeMs, openPullRequest, proceedForge, pushCommit } from './forge.ts'

const { forge: shipped } = shippedParameters
const files = { 'rollout.yaml': { image: 'a', 'env RELEASE': 'x' }, 'cart.yaml': { image: 'c' } }

const always = { share: 1, source: 'test' }
const never = { share: 0, source: 'test' }
/** Nothing needs a second attempt, or the first one never does. */
const smooth: ForgeTimes = { ...shipped, changesRequested: never, pipeline: { ...shipped.pipeline, fails: never } }

const repair: Proposal = {
  author: 'kim',
  title: 'Repair',
  change: { file: 'rollout.yaml', key: 'env RELEASE', toValue: 'y' },
  purpose: 'fix 1',
  urgent: true,
}
const other: Proposal = {
  author: 'engine',
  title: 'Widen a limit',
  change: { file: 'cart.yaml', key: 'image', toValue: 'd' },
  purpose: 'engine 1',
  urgent: true,
}

type Timed = ForgeEvent & { readonly t: number }

/** Everything that happens by itself up to a time. */
function play(forge: Forge, times: ForgeTimes, untilMs = Infinity): Timed[] {
  const events: Timed[] = []
  for (let nowMs = nextForgeMs(forge); nowMs < untilMs; nowMs = nextForgeMs(forge))
    for (const event of proceedForge(forge, times, nowMs)) events.push({ t: nowMs, ...event })
  return events
}

const types = (events: readonly ForgeEvent[]) => events.map(({ type }) => type)
const fresh = (seed = 1) => createForge(seed, 'any', files, [])

describe('a pull request', () => {
  test('is reviewed, merged once its tests have passed too, built and brought to the cluster', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const forge = fresh(seed)
      const [opened] = openPullRequest(forge, smooth, repair, 1000)
      expect(opened).toEqual({
        type: 'pullRequest.opened',
        data: { number: 1, author: 'kim', title: 'Repair', change: { ...repair.change, fromValue: 'x' } },
      })
      const { checksAtMs, reviewAtMs } = forge.pullRequests[0]!
      const events = play(forge, smooth)
      expect(types(events)).toEqual([
        'pullRequest.reviewed',
        'pullRequest.merged',
        'commit.pushed',
        'pipeline.finished',
      ])
      expect(events[1]!.t).toBe(Math.max(checksAtMs!, reviewAtMs!))
      expect(events[2]!.data).toMatchObject({ author: 'kim', message: 'Repair (#1)', atMs: events[1]!.t })
      expect(events[3]!.t).toBeGreaterThan(events[1]!.t)
      expect(events[3]!.data).toMatchObject({ number: 1, attempt: 0, ok: true, startedMs: events[1]!.t })
      expect(forge.files['rollout.yaml']).toEqual({ image: 'a', 'env RELEASE': 'y' })
    }
  })

  test('whose reviewer asks for changes is changed, tested and reviewed again', () => {
    const forge = fresh()
    openPullRequest(forge, { ...smooth, changesRequested: always }, repair, 0)
    const first = play(forge, { ...smooth, changesRequested: always }, nextForgeMs(forge) + 1)
    while (forge.pullRequests[0]!.rounds === 0)
      first.push(...play(forge, { ...smooth, changesRequested: always }, nextForgeMs(forge) + 1))
    expect(types(first)).toEqual(['pullRequest.reviewed'])
    expect(first[0]!.data).toMatchObject({ approved: false })
    const later = play(forge, smooth)
    expect(types(later)).toEqual(['pullRequest.reviewed', 'pullRequest.merged', 'commit.pushed', 'pipeline.finished'])
    expect(forge.pullRequests[0]).toMatchObject({ state: 'merged', rounds: 2 })
  })

  test('that is closed goes no further', () => {
    const forge = fresh()
    openPullRequest(forge, smooth, repair, 0)
    expect(closePullRequest(forge, 1)).toEqual([{ type: 'pullRequest.closed', data: { number: 1 } }])
    expect(nextForgeMs(forge)).toBe(Infinity)
    expect(closePullRequest(forge, 1)).toEqual([])
    expect(forge.commits).toEqual([])
  })

  test('is under way until the cluster has it', () => {
    const forge = fresh()
    expect(isUnderWay(forge, 'kim')).toBe(false)
    openPullRequest(forge, smooth, repair, 0)
    while (nextForgeMs(forge) < Infinity) {
      expect(isUnderWay(forge, 'kim')).toBe(true)
      expect(isUnderWay(forge, 'engine')).toBe(false)
      proceedForge(forge, smooth, nextForgeMs(forge))
    }
    expect(isUnderWay(forge, 'kim')).toBe(false)
  })

  test('that nobody hurries with waits for hours, and at the longest ten days', () => {
    const waits = (urgent: boolean) =>
      Array.from({ length: 2000 }, (_, seed) => {
        const forge = fresh(seed)
        openPullRequest(forge, smooth, { ...repair, urgent }, 0)
        return forge.pullRequests[0]!.reviewAtMs!
      }).sort((a, b) => a - b)
    const [hurried, normal] = [waits(true), waits(false)]
    // The median of 2000 lognormals has a standard error of 1.25 sigma / √2000 in its logarithm.
    expect(Math.abs(Math.log(hurried[1000]! / shipped.review.incident.medianMs))).toBeLessThan(4 * 0.028)
    expect(Math.abs(Math.log(normal[1000]! / shipped.review.normal.medianMs))).toBeLessThan(4 * 0.067)
    expect(normal.at(-1)).toBe(shipped.review.longest.ms)
  })
})

test('a build on the main branch fails as often as stated, and is started again until it succeeds', () => {
  let failed = 0
  const n = 2000
  for (let seed = 0; seed < n; seed++) {
    const forge = fresh(seed)
    openPullRequest(forge, shipped, repair, 0)
    const runs = play(forge, shipped).flatMap(event => (event.type === 'pipeline.finished' ? [event] : []))
    expect(runs.map(({ data }) => data.attempt)).toEqual(runs.map((_, i) => i))
    expect(runs.map(({ data }) => data.ok)).toEqual(runs.map((_, i) => i === runs.length - 1))
    for (const [i, { t }] of runs.slice(0, -1).entries()) expect(runs[i + 1]!.data.startedMs).toBe(t)
    if (runs.length > 1) failed++
  }
  const { share } = shipped.pipeline.fails
  expect(Math.abs(failed / n - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / n))
})

describe('commits', () => {
  const pushes = [
    {
      atMs: 60_000,
      author: 'sam',
      message: 'Later',
      change: { file: 'cart.yaml', key: 'image', toValue: 'd' },
      livesAtMs: null,
    },
    {
      atMs: -400_000,
      author: 'kim',
      message: 'Before',
      change: { file: 'rollout.yaml', key: 'image', toValue: 'b' },
      livesAtMs: 120_000,
    },
  ]

  test('of before the trial are told at its start, with their own time; a build that is known to come ends when it does', () => {
    const forge = createForge(1, 'any', files, pushes)
    const events = play(forge, shipped)
    expect(events.map(({ t, type }) => [t, type])).toEqual([
      [0, 'commit.pushed'],
      [60_000, 'commit.pushed'],
      [120_000, 'pipeline.finished'],
    ])
    const change = { file: 'rollout.yaml', key: 'image', fromValue: 'a', toValue: 'b' }
    expect(events[0]!.data).toMatchObject({ message: 'Before', atMs: -400_000, changes: [change] })
    expect(events[2]!.data).toMatchObject({ number: null, ok: true, startedMs: -400_000 })
  })

  test('name what a key held before, whoever changed it', () => {
    const forge = fresh()
    const change = { file: 'cart.yaml', key: 'image' }
    const values = ['d', 'e', 'c'].flatMap(toValue =>
      pushCommit(forge, { author: 'sam', message: 'x', change: { ...change, toValue } }, 0).flatMap(event =>
        event.type === 'commit.pushed' ? event.data.changes : [],
      ),
    )
    expect(values.map(({ fromValue, toValue }) => `${fromValue}>${toValue}`)).toEqual(['c>d', 'd>e', 'e>c'])
    expect(files['cart.yaml']).toEqual({ image: 'c' })
  })

  test('have names of 40 hexadecimal digits that seed, scenario, author and count decide', () => {
    const sha = (seed: number, author: string, before = 0) => {
      const forge = fresh(seed)
      const one = { message: 'x', change: { file: 'a', key: 'b', toValue: 'c' } }
      for (let i = 0; i < before; i++) pushCommit(forge, { ...one, author }, i)
      pushCommit(forge, { ...one, author }, 99)
      return forge.commits.at(-1)!.sha
    }
    expect(sha(1, 'kim')).toMatch(/^[0-9a-f]{40}$/)
    expect(sha(1, 'kim')).toBe(sha(1, 'kim'))
    expect(new Set([sha(1, 'kim'), sha(2, 'kim'), sha(1, 'sam'), sha(1, 'kim', 1)]).size).toBe(4)
  })
})

describe('draws', () => {
  const seedAndTime = fc.tuple(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 0, max: 1e7 }))

  test("of one proposal are not moved by others' proposals and commits", () => {
    fc.assert(
      fc.property(seedAndTime, fc.integer({ min: 0, max: 1e7 }), ([seed, openedMs], otherMs) => {
        const alone = fresh(seed)
        openPullRequest(alone, shipped, repair, openedMs)
        const among = fresh(seed)
        openPullRequest(among, shipped, repair, openedMs)
        openPullRequest(among, shipped, other, otherMs)
        pushCommit(among, { author: 'sam', message: 'x', change: other.change }, otherMs)
        const isOwn = ({ data }: Timed) =>
          'number' in data ? data.number === 1 : 'author' in data && data.author === 'kim'
        const own = play(among, shipped).filter(isOwn)
        expect(own).toEqual(play(alone, shipped))
      }),
      { numRuns: 50 },
    )
  })

  test('a clone goes its own way, and the same way', () => {
    fc.assert(
      fc.property(seedAndTime, fc.integer({ min: 0, max: 12 }), ([seed, openedMs], steps) => {
        const forge = fresh(seed)
        openPullRequest(forge, shipped, repair, openedMs)
        openPullRequest(forge, shipped, other, openedMs + 60_000)
        for (let i = 0; i < steps && nextForgeMs(forge) < Infinity; i++)
          proceedForge(forge, shipped, nextForgeMs(forge))
        const clone = cloneForge(forge)
        const text = JSON.stringify(forge)
        expect(clone).toEqual(forge)
        const events = play(clone, shipped)
        expect(JSON.stringify(forge)).toBe(text)
        expect(play(forge, shipped)).toEqual(events)
        expect(forge).toEqual(clone)
      }),
      { numRuns: 50 },
    )
  })
})
