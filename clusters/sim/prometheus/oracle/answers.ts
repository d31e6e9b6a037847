import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ApiAnswer, PrometheusContainer } from '../../../containers/prometheus.ts'

/** Before and after scrapes, restarts, failed scrapes, the outage; on and off whole seconds. */
export const instantsMs = [4000, 61_250, 187_500, 230_000, 305_000, 430_000, 505_001, 655_000, 775_000, 899_990]

export interface QueryAnswers {
  readonly query: string
  /** At each instant; `=` where the answer is that of the instant before. */
  readonly answers: readonly unknown[]
}

/** Asks every query of queries.txt at every instant. `labelSets` holds, as JSON, every label set that occurs. */
export async function askAll(
  prometheus: PrometheusContainer,
): Promise<{ labelSets: unknown[]; queries: QueryAnswers[] }> {
  const labelSets = new Map<string, number>()
  const queries: QueryAnswers[] = []
  for (const query of await listed('queries.txt')) {
    const answers: string[] = []
    for (const atMs of instantsMs) answers.push(JSON.stringify(compact(await prometheus.ask(query, atMs), labelSets)))
    queries.push({ query, answers: answers.map((answer, i) => (answer === answers[i - 1] ? '=' : JSON.parse(answer))) })
  }
  return { labelSets: [...labelSets.keys()].map(key => JSON.parse(key)), queries }
}

/** The lines of a list that are neither empty nor comments. */
export async function listed(file: string): Promise<string[]> {
  const lines = (await readFile(join(import.meta.dirname, file), 'utf8')).split('\n')
  return lines.filter(line => line.trim() !== '' && !line.startsWith('# '))
}

/** The answer without times that are known and with numbers for label sets; values stay the strings that Prometheus wrote. */
function compact({ error, data }: ApiAnswer, labelSets: Map<string, number>): unknown {
  if (data === undefined) return { error }
  if (data.resultType === 'vector') {
    const members = data.result as { metric: Record<string, string>; value: [number, string] }[]
    return { vector: members.map(({ metric, value }) => [numberOf(metric, labelSets), value[1]]) }
  }
  if (data.resultType === 'matrix') {
    const members = data.result as { metric: Record<string, string>; values: [number, string][] }[]
    const samples = (values: [number, string][]) => values.map(([s, value]) => [Math.round(s * 1000), value])
    return { matrix: members.map(({ metric, values }) => [numberOf(metric, labelSets), samples(values)]) }
  }
  return { [data.resultType]: (data.result as [number, string])[1] }
}

/** Label sets are numbered in order of appearance. */
function numberOf(labels: Record<string, string>, labelSets: Map<string, number>): number {
  const key = JSON.stringify(labels)
  const known = labelSets.get(key)
  if (known === undefined) labelSets.set(key, labelSets.size)
  return known ?? labelSets.size - 1
}
