import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CompiledQuery, compileQuery } from './compile.ts'
import type { QueryResult } from './eval/result.ts'
import { evaluate } from './evaluate.ts'
import { addSeries, addTarget, appendScrape, failScrape, removeTarget } from './scrape.ts'
import { absent, createStorage, type Storage } from './storage.ts'

function compile(text: string): CompiledQuery {
  const compilation = compileQuery(text)
  if (compilation.kind === 'refused') throw new Error(JSON.stringify(compilation.problems))
  return compilation.query
}

function ask(text: string, storage: Storage, atMs: number): QueryResult {
  return evaluate(compile(text), storage, atMs)
}

function valuesOf(result: QueryResult): number[] {
  return result.kind === 'vector' ? result.series.map(({ value }) => value) : []
}

/** One pod with one counter, scraped every 5 s from 0 to `untilMs`, one request a second. */
function onePod(untilMs: number, retentionMs = 900_000): { storage: Storage; pod: number } {
  const storage = createStorage(retentionMs)
  const pod = addTarget(storage, { pod: 'a', job: 'shop' })
  addSeries(storage, pod, 'requests_total', { code: '200' })
  for (let atMs = 0; atMs <= untilMs; atMs += 5000) appendScrape(storage, pod, atMs, [atMs / 1000])
  return { storage, pod }
}

describe('a scrape', () => {
  test('brings up and the series with the labels of the target', () => {
    const { storage } = onePod(0)
    expect(ask('{pod="a"}', storage, 0)).toEqual({
      kind: 'vector',
      series: [
        { labels: { __name__: 'requests_total', code: '200', job: 'shop', pod: 'a' }, value: 0 },
        { labels: { __name__: 'up', job: 'shop', pod: 'a' }, value: 1 },
      ],
    })
  })

  test('keeps a scraped label that the target has too as exported', () => {
    const storage = createStorage()
    const pod = addTarget(storage, { pod: 'a' })
    addSeries(storage, pod, 'x', { pod: 'inner' })
    appendScrape(storage, pod, 0, [1])
    expect(ask('x', storage, 0)).toMatchObject({ series: [{ labels: { pod: 'a', exported_pod: 'inner' } }] })
  })

  test('that fails leaves up at 0 and empties instant selectors at once, but not windows', () => {
    const { storage, pod } = onePod(60_000)
    failScrape(storage, pod, 65_000)
    expect(valuesOf(ask('up', storage, 65_000))).toEqual([0])
    expect(valuesOf(ask('requests_total', storage, 64_999))).toEqual([60])
    expect(valuesOf(ask('requests_total', storage, 65_000))).toEqual([])
    expect(valuesOf(ask('increase(requests_total[20s])', storage, 60_000))).toEqual([20])
    expect(valuesOf(ask('rate(requests_total[20s])', storage, 65_000))).toHaveLength(1)
  })

  test('that never comes leaves the last values for five minutes', () => {
    const { storage } = onePod(60_000)
    expect(valuesOf(ask('requests_total', storage, 60_000 + 299_999))).toEqual([60])
    expect(valuesOf(ask('requests_total', storage, 60_000 + 300_000))).toEqual([])
  })

  test('no more of a target that is gone ends its series and up', () => {
    const { storage, pod } = onePod(60_000)
    removeTarget(storage, pod, 65_000)
    expect(valuesOf(ask('{pod="a"}', storage, 65_000))).toEqual([])
  })

  test('without a series that the target had marks it stale, and it may return', () => {
    const { storage, pod } = onePod(10_000)
    addSeries(storage, pod, 'requests_total', { code: '500' })
    appendScrape(storage, pod, 15_000, [15, 1])
    appendScrape(storage, pod, 20_000, [1, absent])
    expect(valuesOf(ask('requests_total', storage, 14_000))).toEqual([10])
    expect(valuesOf(ask('requests_total', storage, 15_000))).toEqual([15, 1])
    expect(valuesOf(ask('requests_total', storage, 20_000))).toEqual([1])
    appendScrape(storage, pod, 25_000, [2, 1])
    expect(valuesOf(ask('requests_total', storage, 25_000))).toEqual([2, 1])
  })

  test('in the past or with too few values is refused', () => {
    const { storage, pod } = onePod(10_000)
    expect(() => appendScrape(storage, pod, 10_000, [1])).toThrow(RangeError)
    expect(() => appendScrape(storage, pod, 15_000, [])).toThrow(RangeError)
  })
})

describe('retention', () => {
  test('bounds memory and keeps what queries within it see', () => {
    const { storage } = onePod(7_200_000, 600_000)
    const all = onePod(7_200_000, Number.POSITIVE_INFINITY).storage
    expect(storage.targets[0]!.timesMs.length).toBeLessThanOrEqual(256)
    for (const query of ['requests_total[10m]', 'rate(requests_total[9m])', 'requests_total offset 5m']) {
      expect(ask(query, storage, 7_200_000)).toEqual(ask(query, all, 7_200_000))
    }
  })
})

describe('a window', () => {
  test('that begins before the world is fine', () => {
    const { storage } = onePod(10_000)
    expect(valuesOf(ask('increase(requests_total[5m])', storage, 10_000))).toEqual([10])
    expect(valuesOf(ask('requests_total offset 1h', storage, 10_000))).toEqual([])
  })
})

type Step = { kind: 'series' | 'scrape' | 'fail' | 'gone' | 'pod'; pod: number; value: number }

const steps = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom('series', 'scrape', 'scrape', 'scrape', 'fail', 'gone', 'pod'),
    pod: fc.nat(3),
    value: fc.nat(1000),
  }),
  { maxLength: 60 },
)

/** Plays steps on a storage, the last at `60 s`; unknown pods are skipped. */
function play(storage: Storage, list: readonly Step[], fromMs: number): void {
  list.forEach(({ kind, pod, value }, i) => {
    const atMs = fromMs + i * 1000
    if (kind === 'pod') addTarget(storage, { pod: `p${storage.targets.length}`, hash: value % 2 === 0 ? 'old' : 'new' })
    const target = storage.targets[pod]
    if (target === undefined) return
    if (kind === 'series') addSeries(storage, pod, 'requests_total', { code: String(200 + target.columns) })
    if (kind === 'scrape')
      appendScrape(
        storage,
        pod,
        atMs,
        Array.from(target.timesMs.subarray(0, target.columns), (_, c) => value + c),
      )
    if (kind === 'fail') failScrape(storage, pod, atMs)
    if (kind === 'gone') removeTarget(storage, pod, atMs)
  })
}

const queries = [
  'requests_total',
  'sum by (hash) (rate(requests_total[30s]))',
  'sum(rate(requests_total{hash="new"}[30s])) / sum(rate(requests_total[30s])) or vector(0)',
  'count by (pod) (up == 1) unless on (pod) requests_total > 500',
]

describe('a compiled query', () => {
  test('answers the same whatever storages it has seen before, clones included', () => {
    const warm = queries.map(compile)
    fc.assert(
      fc.property(steps, steps, steps, (common, one, other) => {
        const trunk = createStorage()
        addTarget(trunk, { pod: 'p0', hash: 'old' })
        play(trunk, common, 0)
        for (const query of warm) evaluate(query, trunk, 60_000)
        const fork = structuredClone(trunk)
        play(trunk, one, 60_000)
        play(fork, other, 60_000)
        for (const storage of [trunk, fork, trunk]) {
          for (const query of warm) {
            const answer = evaluate(query, storage, 120_000)
            expect(answer).toEqual(evaluate(compile(query.text), storage, 120_000))
          }
        }
      }),
      { numRuns: 150 },
    )
  })

  test('gives the sums of groups that add up to the sum of all', () => {
    fc.assert(
      fc.property(steps, list => {
        const storage = createStorage()
        addTarget(storage, { pod: 'p0', hash: 'old' })
        play(storage, list, 0)
        const groups = valuesOf(ask('sum by (pod) (requests_total)', storage, 60_000))
        const total = valuesOf(ask('sum(requests_total)', storage, 60_000))
        expect(groups.reduce((sum, value) => sum + value, 0)).toBe(total[0] ?? 0)
      }),
    )
  })

  test('has the slope of a counter that grows steadily as its rate, at any instant and window', () => {
    const { storage } = onePod(600_000)
    fc.assert(
      fc.property(
        fc.integer({ min: 200_000, max: 600_000 }),
        fc.integer({ min: 15_000, max: 200_000 }),
        (atMs, rangeMs) => {
          expect(valuesOf(ask(`rate(requests_total[${rangeMs}ms])`, storage, atMs))[0]).toBeCloseTo(1, 9)
        },
      ),
    )
  })
})
