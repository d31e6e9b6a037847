import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import AxeBuilder from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { summary } from '../fixtures/summary.ts'
import { loadBundle } from './bundle.ts'
import { isMissing, launch } from './fixtures/chromium.ts'
import { renderHtml } from './page.ts'

describe.skipIf(isMissing)('the report in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'carmine-report-'))
  const file = join(folder, 'report.html')
  let browser: Browser

  beforeAll(async () => {
    writeFileSync(file, renderHtml(summary, [], await loadBundle()))
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true })
  })

  async function open(options: Parameters<Browser['newContext']>[0] = {}, hash = ''): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
    const page = await context.newPage()
    await page.goto(`${pathToFileURL(file).href}${hash}`)
    await page.waitForSelector('[data-glossary]')
    return page
  }

  test.each(
    (['light', 'dark'] as const).flatMap(colorScheme => [390, 1440].map(width => [colorScheme, width] as const)),
  )('axe finds nothing in the %s page at %i pixels', async (colorScheme, width) => {
    const page = await open({ colorScheme, viewport: { width, height: 900 } })
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
  })
})
