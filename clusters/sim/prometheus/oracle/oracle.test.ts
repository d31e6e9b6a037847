import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type CompiledQuery, compileQuery } from '../compile.ts'
import { QueryExecutionError } from '../eval/frame.ts'
import type { QueryResult } from '../eval/result.ts'
import { evaluate } from '../evaluate.ts'
import { dataset } from './dataset.ts'
import { loadDataset } from './load.ts'

type Member<T> = readonly [labels: number, value: T]

interface Answer {
  error?: string
  scalar?: string
  string?: string
  vector?: Member<string>[]
  matrix?: Member<[number, string][]>[]
}

interface Answers {
  instantsMs: number[]
  labelSets: Record<string, string>[]
  queries: { query: string; answers: (Answer | '=')[] }[]
}

const read = (file: string) => JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures', file), 'utf8'))
const { instantsMs, labelSets, queries }: Answers = read('answers.json')
const refused: { queries: { query: string; error: string }[] } = read('refused.json')
const storage = loadDataset(dataset(), 3_600_000)

describe('the answers of a real Prometheus', () => {
  test.each(queries)('$query', ({ query, answers }) => {
    const compiled = compile(query)
    // Prometheus promises no order of groups; ours is that of first members, whether present or not.
    const ordered = !/histogram_quantile|\b(by|without)\b/i.test(query)
    let answer: Answer = {}
    for (const [i, atMs] of instantsMs.entries()) {
      const recorded = answers[i]!
      if (recorded !== '=') answer = recorded
      compare(ask(compiled, atMs), answer, ordered, `at ${atMs} ms`)
    }
  })
})

describe('queries that a real Prometheus refuses', () => {
  test.each(refused.queries)('$query', ({ query, error }) => {
    const compilation = compileQuery(query)
    if (compilation.kind === 'query') throw new Error(`accepted, but Prometheus says ${error}`)
    const [, message] = /^.*?parse error: (.*)$/s.exec(error)!
    // Syntax errors are worded by the parser; the rest is worded alike.
    const own = /^(unexpected|unclosed|unterminated|unknown unit)/
    if (!own.test(message!)) expect(compilation.problems.map(problem => problem.message)).toContain(message)
  })
})

function compile(query: string): CompiledQuery {
  const compilation = compileQuery(query)
  if (compilation.kind === 'refused') throw new Error(JSON.stringify(compilation.problems))
  return compilation.query
}

function ask(query: CompiledQuery, atMs: number): QueryResult | { error: string } {
  try {
    return evaluate(query, storage, atMs)
  } catch (error) {
    if (error instanceof QueryExecutionError) return { error: error.message }
    throw error
  }
}

/** Same kind, same label sets in the same order, values that differ by 1e-9 of their size at most, NaN equal to NaN. */
function compare(result: QueryResult | { error: string }, answer: Answer, ordered: boolean, when: string): void {
  if ('error' in result) {
    expect(withoutMembers(result.error), when).toBe(withoutMembers(answer.error ?? JSON.stringify(answer)))
  } else if (result.kind === 'scalar') {
    expectNear(result.value, answer.scalar, when)
  } else if (result.kind === 'string') {
    expect(result.value, when).toBe(answer.string)
  } else if (result.kind === 'vector') {
    const ours = result.series.map(({ labels, value }) => ({ labels: ordered ? labels : sorted(labels), value }))
    const theirs = (answer.vector ?? []).map(([set, value]) => ({ labels: labelSets[set]!, value }))
    if (!ordered) for (const list of [ours, theirs]) list.sort((a, b) => (keyOf(a.labels) < keyOf(b.labels) ? -1 : 1))
    expect(answer.vector, when).toBeDefined()
    expect(
      ours.map(one => one.labels),
      when,
    ).toEqual(theirs.map(one => one.labels))
    for (const [i, { labels, value }] of ours.entries()) expectNear(value, theirs[i]!.value, `${when} ${keyOf(labels)}`)
  } else {
    const ours = result.series.map(({ labels, samples }) => [labels, samples.map(sample => sample.timeMs)])
    expect(ours, when).toEqual(answer.matrix?.map(([set, samples]) => [labelSets[set], samples.map(([atMs]) => atMs)]))
    for (const [i, { samples }] of result.series.entries()) {
      for (const [j, { value }] of samples.entries()) expectNear(value, answer.matrix![i]![1][j]![1], when)
    }
  }
}

function expectNear(ours: number, recorded: string | undefined, when: string): void {
  const theirs = Number(recorded?.replace('Inf', 'Infinity'))
  const near = Object.is(ours, theirs) || ours === theirs || Math.abs(ours - theirs) <= 1e-9 * Math.abs(theirs)
  if (!near || recorded === undefined) throw new Error(`${when}: ${ours}, but Prometheus answers ${recorded}`)
}

/** Which two members collide, and which of them is named first, is left to chance in Prometheus. */
function withoutMembers(message: string): string {
  return message.replace(/match group \{.*\} on the right hand-side of the operation: \[.*\];/s, 'match group …;')
}

function keyOf(labels: Record<string, string>): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function sorted(labels: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
}
