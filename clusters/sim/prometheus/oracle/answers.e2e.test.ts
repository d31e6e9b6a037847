import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PrometheusContainer } from '../../../containers/prometheus.ts'
import { missingForContainers } from '../../../containers/start-container.ts'
import { askAll, type QueryAnswers } from './answers.ts'
import { startRealPrometheus } from './prometheus-container.ts'

const missing = await missingForContainers()

/** Our PromQL is held to stored answers in every test run; here those are held to Prometheus itself. */
describe.skipIf(missing.length > 0)(`stored answers of Prometheus ${missing.join('; ')}`, () => {
  let prometheus: PrometheusContainer | undefined
  beforeAll(async () => {
    prometheus = await startRealPrometheus()
  })
  afterAll(() => prometheus?.stop())

  it('are what a Prometheus in a container answers today', async () => {
    const stored = JSON.parse(await readFile(new URL('../fixtures/answers.json', import.meta.url), 'utf8'))
    const fresh = await askAll(prometheus!)
    expect(fresh.queries.length).toBeGreaterThanOrEqual(200)
    expect(comparable(fresh)).toEqual(comparable(stored))
  })
})

/** With label sets in the place of their numbers, and vectors sorted: Prometheus groups by a Go map, whose order changes from run to run. */
function comparable({ labelSets, queries }: { labelSets: readonly unknown[]; queries: readonly QueryAnswers[] }) {
  const named = (answer: unknown): unknown => {
    if (typeof answer !== 'object' || answer === null || !('vector' in answer)) return answer
    const members = answer.vector as [number, string][]
    return members.map(([number, value]) => JSON.stringify([labelSets[number], value])).sort()
  }
  return queries.map(({ query, answers }) => {
    const all: unknown[] = []
    for (const answer of answers) all.push(answer === '=' ? all.at(-1) : named(answer))
    return { query, all }
  })
}
