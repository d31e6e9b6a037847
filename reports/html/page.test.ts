import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { Summary } from '../../harness/judge/summary.ts'
import { comparison } from '../fixtures/comparison.ts'
import { summary } from '../fixtures/summary.ts'
import { loadBundle } from './bundle.ts'
import { renderHtml } from './page.ts'

const bundle = await loadBundle()
const evil = `</script><script>alert(1)</script><!--<img src=x onerror=alert(1)>`
const hostile: Summary = {
  ...summary,
  suite: evil,
  scenarios: summary.scenarios.map(row => ({ ...row, scenario: evil })),
  findings: summary.findings.map(finding => ({ ...finding, problem: evil })),
}

function dataOf(html: string): unknown {
  const [, packed = ''] = /<script type="application\/gzip;base64" id="data">([^<]*)<\/script>/.exec(html) ?? []
  return JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString())
}

test('the page holds the summary whole', () => {
  expect(dataOf(renderHtml(summary, [], bundle))).toMatchObject({ summary, timelines: [] })
})

test('no name of a scenario ends an element or begins one', () => {
  const html = renderHtml(hostile, [], bundle)
  expect(dataOf(html)).toMatchObject({ summary: hostile, timelines: [] })
  expect(html.match(/<script/g)).toHaveLength(2)
  expect(html).not.toContain('<img')
  expect(html).not.toContain('<!--')
})

test('the page names no other file or server, and forbids them all', () => {
  const html = renderHtml(summary, [], bundle)
  expect(html).not.toMatch(/<(link|img|iframe)|\bsrc=|url\(|@import/)
  expect(html).toMatch(/http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-/)
})

test('a second bundle of the same sources comes from the cache', async () => {
  expect(await loadBundle()).toEqual(bundle)
})

test('what bounds each criterion stands beside it as a number', () => {
  const { limits } = dataOf(renderHtml(summary, [], bundle)) as { limits: unknown[] }
  expect(limits).toHaveLength(summary.criteria.length)
  expect(limits[0]).toEqual({ operator: '>=', bound: 0.95 })
})

test('a comparison with the baseline is in the page, with a program and without, and nothing of it where there is none', () => {
  const html = renderHtml(summary, [], bundle, comparison)
  expect(dataOf(html)).toMatchObject({
    baseline: {
      rows: [
        { part: 'careful L1 → mine L1: ▼ regress; 700 pairs of trials, of which 40 differ' },
        { cells: expect.arrayContaining(['fdrtS.restrictedMean', '? cannot tell']) },
      ],
    },
  })
  expect(html).toMatch(/<h2[^>]*>Against the baseline<\/h2>/)
  expect(html).toContain('<li>▼ regress: runs/mine against runs/main, paired on ')
  expect(html).toContain('<th scope="row">recall</th><td>98%</td><td>90%</td>')
  expect(html).not.toContain('budget.toolCalls')
  const without = renderHtml(summary, [], bundle)
  expect(dataOf(without)).toMatchObject({ baseline: null })
  expect(without).not.toContain('>Against the baseline</h2>')
})
