import { describe, expect, test } from 'vitest'
import { compileQuery } from './compile.ts'
import { selectorsOf } from './selectors.ts'

function problemsOf(query: string): string[] {
  const compilation = compileQuery(query)
  return compilation.kind === 'query'
    ? []
    : compilation.problems.map(({ message, from, to }) => `${from}-${to} ${message}`)
}

describe('what is not supported is refused by name', () => {
  test.each<[string, string]>([
    ['topk(3, up)', '0-4 topk() is not supported'],
    ['count_values("v", up)', '0-12 count_values() is not supported'],
    ['quantile(0.9, up)', '0-8 quantile() is not supported'],
    ['1 + max_over_time(up[5m])', '4-17 max_over_time() is not supported'],
    ['label_replace(up, "a", "b", "c", "d")', '0-13 label_replace() is not supported'],
    ['rate(up[5m:1m])', '5-14 subqueries are not supported'],
    ['up @ 100', '0-8 the @ modifier is not supported'],
    ['up @ end()', '0-10 the @ modifier is not supported'],
    ['up / on(job) group_left(pod) up', '13-23 group_left is not supported'],
    ['up * ignoring(pod) GROUP_RIGHT up', '19-30 group_right is not supported'],
    ['up atan2 up', '3-8 atan2 is not supported'],
    ['rate(up[5m + 1m])', '8-15 the duration "5m + 1m" is not supported'],
    ['rate(up[5m] anchored)', '5-20 anchored is not supported'],
    ['up smoothed', '0-11 smoothed is not supported'],
  ])('%s', (query, problem) => {
    expect(problemsOf(query)).toEqual([expect.stringContaining(problem)])
  })
})

describe('the problems of a query', () => {
  test('come all at once, in the order of the text', () => {
    expect(problemsOf('rate(up) + topk(1, up) + {job=~"("} + (1 == 2)')).toEqual([
      '5-7 expected type range vector in call to function "rate", got instant vector',
      '11-15 topk() is not supported: of the aggregations sum, avg, min, max and count are',
      '31-34 error parsing regexp: missing closing ): `(`',
      '39-45 comparisons between scalars must use BOOL modifier',
    ])
  })

  test('are those of the syntax alone when it is wrong', () => {
    expect(problemsOf('rate(up) + sum(')).toEqual(['15-15 unexpected end of input'])
  })

  test('name an unknown function', () => {
    expect(problemsOf('1 + foo(up) + 2')).toEqual(['4-11 unknown function with name "foo"'])
  })
})

describe('operators bind as in Prometheus', () => {
  test.each<[string, string]>([
    ['a + b offset 5m', 'a + (b offset 5m)'],
    ['a * b offset 5m + c', '(a * (b offset 5m)) + c'],
    ['-a offset 5m', '-(a offset 5m)'],
    ['-2 ^ 2', '-(2 ^ 2)'],
    ['-a ^ 2 * 3', '(-(a ^ 2)) * 3'],
    ['a ^ -b * c', '(a ^ (-b)) * c'],
    ['2 ^ 3 ^ 2', '2 ^ (3 ^ 2)'],
    ['10 - 3 - 2', '(10 - 3) - 2'],
    ['a or b and c', 'a or (b and c)'],
    ['a unless b and c', '(a unless b) and c'],
    ['a == b + c', 'a == (b + c)'],
    ['a > b == c', '(a > b) == c'],
    ['1 - -2', '1 - (-2)'],
    ['a - 2 ^ b', 'a - (2 ^ b)'],
  ])('%s is %s', (query, parenthesized) => {
    expect(shapeOf(query)).toEqual(shapeOf(parenthesized))
  })

  function shapeOf(query: string): unknown {
    const compilation = compileQuery(query)
    if (compilation.kind === 'refused') throw new Error(JSON.stringify(compilation.problems))
    const { expression } = compilation.query
    return JSON.parse(JSON.stringify(expression, (key, value) => (key === 'from' || key === 'to' ? undefined : value)))
  }
})

describe('the selectors of a query', () => {
  test('are listed with names, matchers, reach and place', () => {
    const text = `sum(rate(a_total{code=~"5..",pod!='x'}[1m] offset 30s)) / {"b"} or vector(scalar({c="d"} offset -10s))`
    const compilation = compileQuery(text)
    if (compilation.kind === 'refused') throw new Error(JSON.stringify(compilation.problems))
    const selectors = selectorsOf(compilation.query)
    expect(selectors.map(({ from, to, ...rest }) => ({ ...rest, text: text.slice(from, to) }))).toEqual([
      {
        metric: 'a_total',
        matchers: [
          { name: 'code', operator: '=~', value: '5..' },
          { name: 'pod', operator: '!=', value: 'x' },
        ],
        rangeMs: 60_000,
        reachMs: 90_000,
        text: `a_total{code=~"5..",pod!='x'}[1m] offset 30s`,
      },
      { metric: 'b', matchers: [], rangeMs: undefined, reachMs: 300_000, text: '{"b"}' },
      {
        metric: undefined,
        matchers: [{ name: 'c', operator: '=', value: 'd' }],
        rangeMs: undefined,
        reachMs: 290_000,
        text: '{c="d"} offset -10s',
      },
    ])
  })
})
