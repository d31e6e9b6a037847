// Takes the pictures in docs/images: `node harness/cli/tool.mjs harness/checks/screenshots.ts [FOLDER]`, of a run of `quick`, or of the folder's.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { launch } from '../../reports/html/fixtures/chromium.ts'
import { escapeText } from '../../reports/xml.ts'

const root = join(import.meta.dirname, '../..')
const images = join(root, 'docs/images')
const trial = 'capacity/faulty/careful/L4/3'
const work = mkdtempSync(join(tmpdir(), 'carmine-screenshots-'))
const run = resolve(process.argv[2] ?? join(work, 'run'))
const browser = await launch()
try {
  if (process.argv[2] === undefined) carmine('run', '--quiet', '--out', run)
  mkdirSync(images, { recursive: true })
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({
      viewport: { width: 1200, height: 1000 },
      colorScheme,
      reducedMotion: 'reduce',
    })
    await page.goto(pathToFileURL(join(run, 'report.html')).href)
    await page.waitForSelector('.masthead')
    await shoot(page, `report-${colorScheme}`)
  }
  const shown = carmine('show', run, trial)
  const page = await browser.newPage({ viewport: { width: 880, height: 100 } })
  await page.setContent(
    `<body style="margin:0"><pre style="margin:0;padding:16px;background:#16181d;color:#e6e6e6;font:12px/1.35 'DejaVu Sans Mono',monospace">${escapeText(`$ carmine show runs/quick-1 ${trial}\n${shown}`)}</pre>`,
  )
  await shoot(page, 'show', true)
} finally {
  await browser.close()
  rmSync(work, { recursive: true, force: true })
}

async function shoot(page: Page, name: string, fullPage = false): Promise<void> {
  const path = join(images, `${name}.png`)
  await page.screenshot({ path, fullPage })
  process.stdout.write(`${path} ${Math.round(readFileSync(path).length / 1000)} kB\n`)
}

/** An exit code of 1 or 2 is a verdict. */
function carmine(...args: string[]): string {
  const program = join(root, 'harness/cli/carmine.mjs')
  try {
    const env = { ...process.env, COLUMNS: '110', NO_COLOR: '1', LANG: 'C.UTF-8' }
    return execFileSync(process.execPath, [program, ...args], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 2] })
  } catch (error) {
    const { status, stdout } = error as { status?: number; stdout?: string }
    if (status === 1 || status === 2) return stdout ?? ''
    throw error
  }
}
