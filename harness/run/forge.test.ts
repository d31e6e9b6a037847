import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shippedParameters } from '../model/fixtures/parameters.ts'
import type { ForgeTimes } from '../model/parameters/forge.ts'
import {
  cloneForge,
  commit,
  createForge,
  type Forge,
  type ForgeEvent,
  flagsFile,
  type Proposal,
} from './forge/forge.ts'
import {
  closePullRequest,
  hurryReviews,
  nextForgeMs,
  openPullRequest,
  pipelinesOf,
  proceedForge,
  releaseAgain,
} from './forge.ts'

const { forge: shipped } = shippedParameters
const files = { 'rollout.yaml': { image: 'a', 'env RELEASE': 'x' }, 'cart.yaml': { image: 'c' } }

const always = { share: 1, source: 'test' }
const never = { share: 0, source: 'test' }
/** Nothing needs a second attempt, or the first one never does. */
const smooth: ForgeTimes = { ...shipped, changesRequested: never, pipeline: { ...shipped.pipeline, fails: never } }

const repair: Proposal = {
  author: 'kim',
  title: 'Repair',
  description: 'for people',
  changes: [{ file: 'rollout.yaml', key: 'env RELEASE', toValue: 'y' }],
  purpose: 'fix 1',
  urgent: true,
  effectId: null,
  builds: true,
}
const other: Proposal = {
  author: 'engine',
  title: 'Widen a limit',
  description: 'by an engine',
  changes: [{ file: 'cart.yaml', key: 'image', toValue: 'd' }],
  purpose: 'engine 1',
  urgent: true,
  effectId: 'trial/1/0',
  builds: true,
}

type Timed = ForgeEvent & { readonly t: number }

/** Everything that happens by itself up to a time. */
function play(forge: Forge, times: ForgeTimes, untilMs = Infinity, isRight = true): Timed[] {
  const events: Timed[] = []
  for (let nowMs = nextForgeMs(forge); nowMs < untilMs; nowMs = nextForgeMs(forge))
    for (const event of proceedForge(forge, times, nowMs, () => isRight)) events.push({ t: nowMs, ...event })
  return events
}

const types = (events: readonly ForgeEvent[]) => events.map(({ type }) => type)
const fresh = (seed = 1) => createForge(seed, 'any', files, [])

describe('a pull request', () => {
  test('is reviewed, merged once its tests have passed too, built and brought to the cluster', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const forge = fresh(seed)
      const opened = openPullRequest(forge, smooth, repair, 1000)
      expect(opened).toEqual({
        type: 'pullRequest.opened',
        data: {
          number: 1,
          author: 'kim',
          title: 'Repair',
          description: 'for people',
          changes: [{ ...repair.changes[0], fromValue: 'x' }],
        },
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
    openPullRequest(forge, smooth, repair, 0)
    while (nextForgeMs(forge) < Infinity) {
      const { state, released } = forge.pullRequests[0]!
      expect(released).toBe(false)
      expect(pipelinesOf(forge, 'rollout.yaml')).toHaveLength(state === 'merged' ? 1 : 0)
      expect(pipelinesOf(forge, 'cart.yaml')).toEqual([])
      proceedForge(forge, smooth, nextForgeMs(forge), () => true)
    }
    expect(pipelinesOf(forge, 'rollout.yaml')).toEqual([])
    expect(forge.pullRequests[0]).toMatchObject({ state: 'merged', released: true })
  })

  test('that cannot be built is closed when its tests have failed', () => {
    const forge = fresh()
    openPullRequest(forge, smooth, { ...other, builds: false }, 0)
    const { checksAtMs, reviewAtMs } = forge.pullRequests[0]!
    forge.pullRequests[0]!.reviewAtMs = Math.max(checksAtMs! + 1, reviewAtMs!)
    expect(play(forge, smooth)).toEqual([{ t: checksAtMs, type: 'pullRequest.closed', data: { number: 1 } }])
    expect(forge.commits).toEqual([])
  })

  test('of several keys comes as one commit', () => {
    const forge = fresh()
    const changes = [...repair.changes, { file: 'rollout.yaml', key: 'image', toValue: 'b' }]
    openPullRequest(forge, smooth, { ...repair, changes }, 0)
    play(forge, smooth)
    expect(forge.files['rollout.yaml']).toEqual({ image: 'b', 'env RELEASE': 'y' })
    expect(forge.commits).toHaveLength(1)
    expect(forge.commits[0]!.changes.map(({ fromValue }) => fromValue)).toEqual(['x', 'a'])
  })

  test.each([
    ['right', true, shipped.review.refusesRight.share],
    ['wrong', false, 1 - shipped.review.acceptsWrong.share],
  ])(
    "of an engine that is %s is refused as often as stated, and its author's colleagues are believed",
    (_, isRight, share) => {
      const n = 2000
      let refused = 0
      for (let seed = 0; seed < n; seed++) {
        const forge = fresh(seed)
        openPullRequest(forge, smooth, other, 0)
        openPullRequest(forge, smooth, repair, 0)
        const events = play(forge, smooth, Infinity, isRight)
        const own = types(events.filter(({ data }) => 'number' in data && data.number === 1))
        if (forge.pullRequests[0]!.state === 'closed') {
          refused++
          expect(own).toEqual(['pullRequest.reviewed', 'pullRequest.closed'])
        } else expect(own).toEqual(['pullRequest.reviewed', 'pullRequest.merged', 'pipeline.finished'])
        expect(forge.pullRequests[1]!.state).toBe('merged')
      }
      expect(Math.abs(refused / n - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / n))
    },
  )

  test('of an engine is reviewed at the pace of the incident from when somebody is there, and no later than it would have been', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const [waiting, awake] = [fresh(seed), fresh(seed)]
      openPullRequest(waiting, smooth, { ...other, urgent: false }, 0)
      const unhurriedMs = waiting.pullRequests[0]!.reviewAtMs!
      openPullRequest(awake, smooth, other, 0)
      const hurriedMs = awake.pullRequests[0]!.reviewAtMs!
      hurryReviews(waiting, smooth, 600_000)
      hurryReviews(waiting, smooth, 900_000)
      expect(waiting.pullRequests[0]!.reviewAtMs).toBe(Math.min(unhurriedMs, 600_000 + hurriedMs))
    }
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

describe('the pipeline', () => {
  test('releases again what the main branch holds, without building it', () => {
    const forge = fresh()
    openPullRequest(forge, smooth, repair, 0)
    const merged = play(forge, smooth)
    releaseAgain(forge, smooth, 'rollout.yaml', 1e7)
    const [run] = pipelinesOf(forge, 'rollout.yaml')
    expect(run).toMatchObject({
      sha: forge.commits[0]!.sha,
      contents: { image: 'a', 'env RELEASE': 'y' },
      passes: true,
    })
    expect(run!.endsAtMs - 1e7).toBeLessThan(120_000)
    expect(types(merged)).toContain('pipeline.finished')
    expect(types(play(forge, smooth))).toEqual(['pipeline.finished'])
  })

  test('brings of two merged changes of a file the later one, with the earlier one in it', () => {
    const forge = fresh()
    const slow = { ...smooth, pipeline: { ...smooth.pipeline, image: { ...smooth.pipeline.image, medianMs: 1e10 } } }
    openPullRequest(forge, slow, repair, 0)
    while (forge.pullRequests[0]!.state === 'open') proceedForge(forge, slow, nextForgeMs(forge), () => true)
    const second = { ...repair, purpose: 'fix 2', changes: [{ file: 'rollout.yaml', key: 'image', toValue: 'b' }] }
    openPullRequest(forge, smooth, second, 1e9)
    const events = play(forge, smooth)
    expect(types(events).filter(type => type === 'pipeline.finished')).toHaveLength(1)
    expect(forge.pullRequests.map(({ released }) => released)).toEqual([true, true])
  })

  test('switches flags within seconds, and builds nothing for them', () => {
    const forge = createForge(1, 'any', { [flagsFile]: { 'new-pricing': 'on' } }, [])
    const changes = [{ file: flagsFile, key: 'new-pricing', toValue: 'off' }]
    openPullRequest(forge, { ...shipped, changesRequested: never }, { ...other, changes }, 0)
    const events = play(forge, { ...shipped, changesRequested: never })
    const [merged, built] = [events.at(-2)!, events.at(-1)!]
    expect(built).toMatchObject({ type: 'pipeline.finished', data: { ok: true, attempt: 0 } })
    expect(built.t - merged.t).toBeLessThan(120_000)
  })
})

describe('commits', () => {
  const pushes = [
    {
      atMs: 60_000,
      author: 'sam',
      message: 'Later',
      changes: [{ file: 'cart.yaml', key: 'image', toValue: 'd' }],
      livesAtMs: null,
    },
    {
      atMs: -400_000,
      author: 'kim',
      message: 'Before',
      changes: [{ file: 'rollout.yaml', key: 'image', toValue: 'b' }],
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
    const values = ['d', 'e', 'c'].flatMap(
      toValue => commit(forge, 0, { author: 'sam', message: 'x', changes: [{ ...change, toValue }] }).changes,
    )
    expect(values.map(({ fromValue, toValue }) => `${fromValue}>${toValue}`)).toEqual(['c>d', 'd>e', 'e>c'])
    expect(files['cart.yaml']).toEqual({ image: 'c' })
  })

  test('have names of 40 hexadecimal digits that seed, scenario, author and count decide', () => {
    const sha = (seed: number, author: string, before = 0) => {
      const forge = fresh(seed)
      const one = { message: 'x', changes: [{ file: 'a', key: 'b', toValue: 'c' }] }
      for (let i = 0; i < before; i++) commit(forge, i, { ...one, author })
      commit(forge, 99, { ...one, author })
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
        commit(among, otherMs, { author: 'sam', message: 'x', changes: other.changes })
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
          proceedForge(forge, shipped, nextForgeMs(forge), () => true)
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
