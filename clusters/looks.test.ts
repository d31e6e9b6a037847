import { describe, expect, it, test } from 'vitest'
import {
  addScrape,
  createLookMaker,
  dropPod,
  type LookMaker,
  lookIntervalMs,
  podCounters,
  slots,
  takeLook,
} from './looks.ts'

const layout = [slots.success, slots.error, slots.bucket(0)]

/** Scrapes a pod that started at -1 s unless told otherwise; values are successes, errors and successes within the one bucket. */
function scrape(maker: LookMaker, pod: string, hash: string, values: (number | undefined)[], startedAtMs = -1000) {
  addScrape(maker, podCounters(maker, pod, hash, startedAtMs), values, layout)
}

/** A maker whose first look (at 0 s) has been taken on pod `old`, at 100 successes. */
function primed() {
  const maker = createLookMaker(1)
  scrape(maker, 'old', 'v1', [100])
  expect(takeLook(maker, 0)).toBeUndefined()
  return maker
}

describe('looks', () => {
  it('count differences of samples, a series from its first count', () => {
    const maker = primed()
    scrape(maker, 'old', 'v1', [107, 2, 7])
    expect(takeLook(maker, 5000)).toEqual({
      fromMs: 0,
      toMs: 5000,
      versions: [{ podTemplateHash: 'v1', pods: 1, requests: 9, errors: 2, latency: [7] }],
    })
  })

  it('add the new value after a counter reset', () => {
    const maker = primed()
    scrape(maker, 'old', 'v1', [4])
    expect(takeLook(maker, 5000)?.versions[0]?.requests).toBe(4)
  })

  it('count a pod that started since the first look from 0, and each version apart', () => {
    const maker = primed()
    scrape(maker, 'old', 'v1', [101])
    scrape(maker, 'new', 'v2', [3], 2000)
    expect(takeLook(maker, 5000)?.versions.map(v => [v.podTemplateHash, v.requests])).toEqual([
      ['v1', 1],
      ['v2', 3],
    ])
  })

  it('take the first sample of a pod that ran before as where to count from, however late it comes', () => {
    const maker = primed()
    scrape(maker, 'quiet', 'v1', [5000])
    scrape(maker, 'quiet', 'v1', [5003])
    expect(takeLook(maker, 5000)?.versions[0]).toMatchObject({ requests: 3, pods: 1 })
  })

  it('are not made of silence, and the next one covers the gap', () => {
    const maker = primed()
    expect(takeLook(maker, 5000)).toBeUndefined()
    scrape(maker, 'old', 'v1', [110])
    expect(takeLook(maker, 10_000)).toMatchObject({ fromMs: 0, toMs: 10_000, versions: [{ requests: 10 }] })
  })

  it('forget a pod that is gone', () => {
    const maker = primed()
    dropPod(maker, 'old')
    scrape(maker, 'old', 'v1', [6], 1000)
    expect(takeLook(maker, 5000)?.versions[0]?.requests).toBe(6)
  })
})

test.each([
  [1000, 5000],
  [5000, 5000],
  [7500, 10_000],
  [15_000, 15_000],
  [60_000, 60_000],
])('with scrapes every %i ms there is a look every %i ms', (scrapeIntervalMs, expected) => {
  expect(lookIntervalMs(scrapeIntervalMs)).toBe(expected)
})
