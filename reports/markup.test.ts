import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Summary } from '../harness/judge/summary.ts'
import { summary } from './fixtures/summary.ts'
import { renderPlain } from './html/plain.ts'
import { renderJunit } from './junit.ts'
import { escapeAttribute, escapeText } from './xml.ts'

const html = renderPlain(summary)
const junit = renderJunit(summary)

/** Any text, half surrogate pairs and control characters included. */
const codeUnits = fc.array(fc.integer({ min: 0, max: 0xffff })).map(codes => String.fromCharCode(...codes))

/** Names of elements that are open at the end or closed out of turn. */
function unbalanced(markup: string): string[] {
  const open: string[] = []
  for (const [, closing, name, selfClosing] of markup.matchAll(/<(\/?)([a-z][a-z0-9]*)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (selfClosing || name === 'meta') continue
    if (!closing) open.push(name!)
    else if (open.pop() !== name) return [`</${name}>`]
  }
  return open
}

test.each([
  ['a < b & c > "d" \'e\'', 'a &lt; b &amp; c &gt; &quot;d&quot; &#39;e&#39;'],
  ['\u{1b}[31m\u{0}', '\u{FFFD}[31m\u{FFFD}'],
  ['\u{D800}x\u{FFFF}', '\u{FFFD}x\u{FFFD}'],
  ['😀\n', '😀\n'],
])('%j is escaped as %j', (text, escaped) => {
  expect(escapeText(text)).toBe(escaped)
})

test('an attribute keeps its line breaks', () => {
  expect(escapeAttribute('a\n\tb')).toBe('a&#10;&#9;b')
})

test('no text leaves its place, and what XML can hold survives', () => {
  fc.assert(
    fc.property(codeUnits, text => {
      const escaped = escapeAttribute(text)
      expect(escaped).not.toMatch(/[<>"'\t\n\r\p{Cs}]/u)
      const back = escaped
        .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
        .replace(/&(lt|gt|quot);/g, (_, name) => ({ lt: '<', gt: '>', quot: '"' })[name as 'lt' | 'gt' | 'quot'])
        .replaceAll('&amp;', '&')
      expect(back).toBe(text.toWellFormed().replace(/[^\t\n\r\u{20}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}'))
    }),
  )
})

test('both documents are balanced, also with hostile names', () => {
  const hostile: Summary = {
    ...summary,
    suite: '</title><script>alert(1)</script>',
    criteria: summary.criteria.map(criterion => ({ ...criterion, name: `"/><b>&\u{1b}` })),
    scenarios: summary.scenarios.map(row => ({ ...row, scenario: '<img src=x onerror=alert(1)>' })),
    findings: summary.findings.map(finding => ({ ...finding, problem: ']]></failure>' })),
  }
  for (const document of [html, junit, renderPlain(hostile), renderJunit(hostile)])
    expect(unbalanced(document)).toEqual([])
  expect(renderPlain(hostile)).not.toMatch(/<(script|img)/)
})

test('every table of the page has a name, column headings and row headings', () => {
  const tables = html.match(/<table[\s\S]*?<\/table>/g) ?? []
  expect(tables).toHaveLength(2)
  for (const table of tables) {
    const id = /aria-labelledby="([^"]+)"/.exec(table)?.[1]
    expect(html).toContain(`<h2 id="${id}">`)
    const columns = table.match(/scope="col"/g)!.length
    for (const row of table.match(/<tbody>[\s\S]*<\/tbody>/)![0].match(/<tr.*<\/tr>/g)!) {
      expect(row).toMatch(/<th scope="row(group)?"/)
      const cells = [...row.matchAll(/<t[hd](?: [^>]*?colspan="(\d+)")?/g)]
      expect(cells.reduce((sum, [, span]) => sum + Number(span ?? 1), 0)).toBe(columns)
    }
  }
})

test('a suite of JUnit is a scenario, a policy and a level, with its counts', () => {
  expect(junit).toContain('<testsuites name="carmine quick" tests="4" failures="1" errors="1" skipped="0" time="41.2">')
  expect(junit).toContain('<testsuite name="quick / careful / L1" tests="3" failures="1" errors="1" skipped="0">')
  expect(junit).toContain('<testsuite name="latency / careful / L1" tests="1" failures="0" errors="0" skipped="0">')
})

test('a failure says what was observed, what it had to be and how to see it again', () => {
  const failure = /<failure[\s\S]*?<\/failure>/.exec(junit)?.[0]
  expect(failure).toContain('message="observed 1m44s, 95% interval 1m33s to 2m13s, has to be below 1m30s"')
  expect(failure).toContain('\n  carmine replay --scenario latency --policy careful --level L1 --seed 17\n')
})

test('an inconclusive criterion does not pass', () => {
  expect(junit).toMatch(/name="careful L1 falsePositiveRate.twins">\n<error message="inconclusive: /)
})
