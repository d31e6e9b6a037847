import { expect, test } from 'vitest'
import type { Look } from '../../harness/model/look.ts'
import { defaultTelemetry } from '../manifests/telemetry.ts'
import { ApiServer, type Mishap } from './fixtures/api-server.ts'
import { connectKube } from './kube-api.ts'
import { takeLooks } from './take-looks.ts'

const proxy = '/api/v1/namespaces/trial/services/prometheus:9090/proxy'
const query = `${proxy}/api/v1/query`
const lookIntervalMs = 600
const horizonMs = 4800
const scrapeMs = 100

/** Looks while one pod answers ten requests between any two scrapes, and Prometheus is met by some mishaps. */
async function looksWith(...mishaps: Mishap[]): Promise<{ outcomes: (Look | string)[]; last: number }> {
  const server = await ApiServer.start()
  const api = await connectKube(server.kubeconfig())
  const { requests, labels, code } = defaultTelemetry
  const metric = {
    __name__: requests.counter,
    [labels.pod]: 'checkout-b-1',
    [labels.podTemplateHash]: 'b',
    [code.label]: code.success,
  }
  const values: [number, string][] = []
  const scrape = () => {
    values.push([Date.now() / 1000, `${10 * values.length}`])
    server.texts.set(query, JSON.stringify({ data: { result: [{ metric, values }] } }))
  }
  scrape()
  const scraping = setInterval(scrape, scrapeMs)
  // The base of the first look is undisturbed.
  setTimeout(() => server.meet(/query$/, ...mishaps), 1000)
  const outcomes: (Look | string)[] = []
  const startEpochMs = Date.now()
  await takeLooks({
    api,
    namespace: 'trial',
    telemetry: defaultTelemetry,
    system: { subject: 'checkout', services: { checkout: {} } },
    prometheusPath: proxy,
    lookIntervalMs,
    horizonMs,
    startEpochMs,
    podStartMs: () => startEpochMs - 60_000,
    onLook: outcome => outcomes.push(outcome),
    signal: new AbortController().signal,
  })
  clearInterval(scraping)
  api.close()
  await server.close()
  return { outcomes, last: values.length }
}

const isLook = (outcome: Look | string): outcome is Look => typeof outcome !== 'string'

test.concurrent.each<[string, Mishap[], number]>([
  ['nothing', [], 0],
  ['errors of Prometheus', [{ status: 503 }, { status: 500 }], 2],
  ['broken connections', ['reset', 'lost answer'], 2],
  ['answers that come too late', [{ delayMs: 10 * lookIntervalMs }, { delayMs: 10 * lookIntervalMs }], 2],
  ['answers that are slow', [{ delayMs: 0.8 * lookIntervalMs }, { delayMs: 0.8 * lookIntervalMs }], 0],
])('with %s every request is counted once', async (_, mishaps, missed) => {
  const { outcomes, last } = await looksWith(...mishaps)
  const looks = outcomes.filter(isLook)
  expect(outcomes.length - looks.length).toBeGreaterThanOrEqual(missed)
  for (const [i, look] of looks.entries()) {
    if (i > 0) expect(look.fromMs).toBe(looks[i - 1]!.toMs)
    expect(look.toMs % lookIntervalMs).toBe(0)
  }
  const counted = looks.flatMap(({ versions }) => versions).reduce((sum, { requests }) => sum + requests, 0)
  // The last scrapes may have come after the last look.
  const sent = 10 * (last - 1)
  expect(counted).toBeLessThanOrEqual(sent)
  expect(counted).toBeGreaterThanOrEqual(sent - 10 * (2 + (2 * lookIntervalMs) / scrapeMs))
  // None is taken again because it was late.
  expect(outcomes.length).toBeLessThanOrEqual(horizonMs / lookIntervalMs)
})
