import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { comparison } from './fixtures/comparison.ts'
import { summary } from './fixtures/summary.ts'
import { renderMarkdown, summaryLimitBytes } from './markdown.ts'
import { type MarkdownSection, renderSections } from './markdown-sections.ts'
import { escapeMarkdown, inlineCode } from './markdown-text.ts'

test.each([
  ['a|b', 'a\\|b'],
  ['<img onerror=x>', '\\<img onerror=x\\>'],
  ['*a* _b_ `c` [d](e)', '\\*a\\* \\_b\\_ \\`c\\` \\[d\\](e)'],
  ['one\ntwo', 'one two'],
])('%j means nothing in Markdown as %j', (text, escaped) => {
  expect(escapeMarkdown(text)).toBe(escaped)
})

test.each([
  ['runs/a', '`runs/a`'],
  ['a`b', '``a`b``'],
  ['`a', '`` `a ``'],
])('%j is code as %j', (text, code) => {
  expect(inlineCode(text)).toBe(code)
})

describe('a run', () => {
  const markdown = renderMarkdown(summary, comparison)
  it('begins with its verdict, and then the comparison', () => {
    const headings = markdown.split('\n').filter(line => line.startsWith('#'))
    expect(headings.slice(0, 3)).toEqual([
      expect.stringMatching(/^## . (pass|fail|inconclusive): suite `.+`$/),
      '### ▼ regress: `runs/mine` against `runs/main`',
      '#### careful L1 → mine L1',
    ])
    expect(headings).toContain('### Criteria')
    expect(headings).toContain('### Scenarios')
  })
  it('has tables of as many cells a line as columns', () => {
    const tables = markdown.split('\n\n').filter(part => part.startsWith('| '))
    expect(tables.length).toBeGreaterThan(4)
    for (const table of tables) {
      const widths = table.split('\n').map(line => line.replaceAll('\\|', '').split('|').length)
      expect(new Set(widths).size, table).toBe(1)
    }
  })
  it('without a baseline tells of none', () => {
    expect(renderMarkdown(summary, undefined)).not.toContain('regress')
  })
})

describe('a limit', () => {
  const rows = (count: number) => Array.from({ length: count }, (_, i) => [`scénario ${i}`, '98.7% 96.6–99.5'])
  const section = (count: number): MarkdownSection => ({
    heading: 'Scenarios',
    depth: 3,
    before: ['Before.'],
    table: { columns: ['name', 'recall'], rows: rows(count), words: [0] },
    after: ['After.'],
  })
  const bytes = (text: string) => Buffer.byteLength(text)

  it('that is not reached cuts nothing, to the byte', () => {
    const whole = renderSections([section(50)], Infinity)
    expect(renderSections([section(50)], bytes(whole))).toBe(whole)
    expect(renderSections([section(50)], bytes(whole) - 1)).toMatch(
      /^_\d+ of 50 rows are left out: the rest is in the files of the run\._$/m,
    )
  })
  it('of GitHub is kept by a run of any size', () => {
    const many = {
      ...summary,
      scenarios: Array.from({ length: 20_000 }, (_, i) => ({ ...summary.scenarios[0]!, scenario: `s${i}` })),
    }
    const cut = renderMarkdown(many, comparison)
    expect(bytes(cut)).toBeLessThanOrEqual(summaryLimitBytes)
    expect(bytes(cut)).toBeGreaterThan(summaryLimitBytes * 0.99)
    expect(cut).toContain('rows are left out')
    expect(cut).toContain('### ▼ regress')
  })
  it('is kept whatever it is, and as much is told as fits', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 5 }), fc.nat(6000), (counts, limit) => {
        const sections = counts.map(section)
        const text = renderSections(sections, limit)
        expect(bytes(text)).toBeLessThanOrEqual(limit)
        expect(bytes(renderSections(sections, limit + 500))).toBeGreaterThanOrEqual(bytes(text) - 500)
      }),
    )
  })
})
