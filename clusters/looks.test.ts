import { describe, expect, it, test } from 'vitest'
import {
  addScrape,
  addServiceScrape,
  createLookMaker,
  dropPod,
  type LookMaker,
  podCounters,
  processCounters,
  serviceSlots,
  slots,
} from './look-maker.ts'
import { lookIntervalMs, takeLook } from './looks.ts'

const layout = [slots.success, slots.error, slots.bucket(0), slots.bucket(1)]

/** Scrapes a pod that started at -1 s unless told otherwise; values are successes, errors and successes within the first bucket. */
function scrape(
  maker: LookMaker,
  pod: string,
  hash: string,
  values: (number | undefined)[],
  startedAtMs = -1000,
  inFlight?: number,
) {
  addScrape(maker, podCounters(maker, pod, hash, startedAtMs), values, layout, inFlight)
}

/** Scrapes the one process of another service; values are successes, errors and successes within the objective. */
function scrapeService(maker: LookMaker, service: string, values: (number | undefined)[]) {
  const layout = [serviceSlots.success, serviceSlots.error, serviceSlots.fast, serviceSlots.timed]
  addServiceScrape(maker, processCounters(maker, `${service}-0`, service, -1000), [...values, values[0]], layout)
}

/** A maker whose first look (at 0 s) has been taken on pod `old`, at 100 successes. */
function primed() {
  const maker = createLookMaker({
    bucketCount: 2,
    fastBucket: 0,
    services: ['gateway', 'checkout', 'payments'],
    subject: 'checkout',
  })
  scrape(maker, 'old', 'v1', [100])
  expect(takeLook(maker, 0)).toBeUndefined()
  return maker
}

describe('looks', () => {
  it('count differences of samples, a series from its first count', () => {
    const maker = primed()
    scrape(maker, 'old', 'v1', [107, 2, 5, 7], -1000, 3)
    expect(takeLook(maker, 5000)).toEqual({
      fromMs: 0,
      toMs: 5000,
      versions: [{ podTemplateHash: 'v1', pods: 1, requests: 9, errors: 2, latency: [5, 2], inFlight: 3, byPod: [] }],
      services: [{ service: 'checkout', requests: 9, errors: 2, slow: 2 }],
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

  it('hold the gauge of each pod as it was last, and none of an earlier look', () => {
    const maker = primed()
    scrape(maker, 'old', 'v1', [101], -1000, 9)
    scrape(maker, 'old', 'v1', [102], -1000, 4)
    scrape(maker, 'other', 'v1', [1], 2000, 2)
    expect(takeLook(maker, 5000)?.versions[0]?.inFlight).toBe(6)
    scrape(maker, 'other', 'v1', [2], 2000, 1)
    expect(takeLook(maker, 10_000)?.versions[0]?.inFlight).toBe(1)
    scrape(maker, 'other', 'v1', [3], 2000)
    expect(takeLook(maker, 15_000)?.versions[0]?.inFlight).toBe(0)
  })

  it('tell pods apart only while two versions are there', () => {
    const maker = primed()
    scrape(maker, 'old', 'v1', [110, 1, 7, 10])
    expect(takeLook(maker, 5000)?.versions.map(({ byPod }) => byPod)).toEqual([[]])
    scrape(maker, 'old', 'v1', [120, 1, 15, 20])
    scrape(maker, 'b', 'v2', [4, 3, 4, 4], 6000)
    scrape(maker, 'a', 'v2', [1, undefined, 0, 1], 6000)
    scrape(maker, 'a', 'v2', [3, 5, 1, 3], 6000)
    expect(takeLook(maker, 10_000)?.versions.map(({ byPod }) => byPod)).toEqual([
      [{ pod: 'old', requests: 10, errors: 0, slow: 2 }],
      [
        { pod: 'a', requests: 8, errors: 5, slow: 2 },
        { pod: 'b', requests: 7, errors: 3, slow: 0 },
      ],
    ])
    scrape(maker, 'a', 'v2', [4, 5, 2, 4], 6000)
    expect(takeLook(maker, 15_000)?.versions).toMatchObject([{ podTemplateHash: 'v2', requests: 1, byPod: [] }])
  })

  it('keep what a pod did before it was gone', () => {
    const maker = primed()
    scrape(maker, 'old', 'v1', [103], -1000, 2)
    scrape(maker, 'new', 'v2', [5], 2000)
    dropPod(maker, 'old')
    expect(takeLook(maker, 5000)?.versions[0]).toMatchObject({
      requests: 3,
      inFlight: 2,
      byPod: [{ pod: 'old', requests: 3 }],
    })
    expect(Object.keys(maker.pods)).toEqual(['new'])
  })

  it("hold every service that was scraped, in the topology's order, the versions' as one", () => {
    const maker = primed()
    scrapeService(maker, 'payments', [50, 1, 50])
    scrape(maker, 'old', 'v1', [110, 1, 8])
    scrape(maker, 'new', 'v2', [4, 1, 4, 4], 2000)
    expect(takeLook(maker, 5000)?.services).toEqual([
      { service: 'checkout', requests: 16, errors: 2, slow: 0 },
      { service: 'payments', requests: 0, errors: 0, slow: 0 },
    ])
    scrapeService(maker, 'payments', [60, 4, 57])
    scrapeService(maker, 'gateway', [undefined, undefined, undefined])
    expect(takeLook(maker, 10_000)).toBeUndefined()
    scrapeService(maker, 'gateway', [undefined, 2, undefined])
    scrape(maker, 'old', 'v1', [111, 1, 9])
    scrapeService(maker, 'payments', [5, 4, 5])
    expect(takeLook(maker, 15_000)).toMatchObject({
      fromMs: 5000,
      services: [
        { service: 'gateway', requests: 0, errors: 0 },
        { service: 'checkout', requests: 1, errors: 0, slow: 0 },
        { service: 'payments', requests: 18, errors: 3, slow: 3 },
      ],
    })
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
