import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { carmine } from '../fixtures/carmine.ts'

const parent = mkdtempSync(join(tmpdir(), 'carmine-'))
const folder = join(parent, 'practice')
const few = ['--scenario', 'error-ratio-smoke', 'never-ready', '--seeds', '1', '--workers', '1']
let page: string
let exitCode: number

beforeAll(async () => {
  const made = await carmine('practice', ...few, '--out', folder)
  page = made.stdout
  exitCode = made.exitCode
})
afterAll(() => rmSync(parent, { recursive: true }))

describe('practice', () => {
  it('prints the page and nothing else', () => {
    expect(exitCode).toBe(0)
    expect(page.startsWith('# The state of practice\n\n<!-- inputs ')).toBe(true)
    expect(page.endsWith('\n')).toBe(true)
  })

  it('says what each gate catches and what stands still', () => {
    const rowOf = (name: string) => page.split('\n').find(line => line.startsWith(`| \`${name}\` | 1 |`))
    expect(rowOf('error-ratio-smoke')).toBe(
      '| `error-ratio-smoke` | 1 | ○ 0% | ● 100% | ● 100% | ● 100% | ● 100% | ● 100% |',
    )
    expect(rowOf('never-ready')).toBe('| `never-ready` | 1 | ▢ 0% | ▢ 0% | ▢ 0% | ▢ 0% | ▢ 0% | ● 100% |')
  })

  it('gives the same bytes again from the folder, with no clock and no path in them', async () => {
    const again = await carmine('report', folder, '--practice')
    expect(again).toMatchObject({ exitCode: 0, stdout: page })
    expect(page).not.toContain(parent)
    expect(page).not.toMatch(/undefined|NaN(?! meets)|\[object/)
  })

  it('refuses a run that lacks a gate', async () => {
    const other = join(parent, 'other')
    cpSync(folder, other, { recursive: true })
    const file = join(other, 'trials.ndjson')
    const lines = readFileSync(file, 'utf8').split('\n')
    writeFileSync(file, lines.filter(line => !/"policy":"(one-box|docs-grade)"/.test(line)).join('\n'))
    const { exitCode: refused, stderr } = await carmine('report', other, '--practice')
    expect(refused).toBe(78)
    expect(stderr).toContain('holds no trials of docs-grade, one-box; `carmine practice` makes')
  })

  it('refuses a run that was interrupted', async () => {
    const cut = join(parent, 'cut')
    cpSync(folder, cut, { recursive: true })
    const file = join(cut, 'summary.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"skipped": 0', '"skipped": 3'))
    const { exitCode: refused, stderr } = await carmine('report', cut, '--practice')
    expect(refused).toBe(78)
    expect(stderr).toContain('did not get to its end: 3 trials are missing')
  })
})
