import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'carmine-recompute-'))
const summaryFile = join(folder, 'summary.json')
afterAll(() => rmSync(folder, { recursive: true }))

function node(...args: string[]) {
  return spawnSync(process.execPath, args, { encoding: 'utf8', cwd: root })
}

function recompute() {
  return node(join(import.meta.dirname, 'recompute.mjs'), folder)
}

beforeAll(() => {
  const scenarios = ['--scenario', 'error-ratio', '--scenario', 'dependency-outage']
  const few = ['--levels', 'L1', '--seeds', '1', '--seed', '1', '--workers', '1']
  const options = ['--suite', 'quick', ...scenarios, ...few, '--logs', 'all']
  const ended = node(join(root, 'harness/cli/carmine.mjs'), 'run', ...options, '--out', folder)
  expect(ended.stderr).not.toMatch(/bug in carmine/)
})

describe('figures of a run with all logs', () => {
  it('are recomputed from the logs without the judge', () => {
    const { stdout, status } = recompute()
    expect(stdout).toMatch(/^\d{3,} figures of \d{2,} logs: 0 differences\n$/)
    expect(status).toBe(0)
  })

  it.each([
    ['a count', /"detected": \d+/, '"detected": 99', /faulty\.detected: summary\.json says 99, the logs say \d/],
    ['a bound', /"claimHigh": 0\.\d+/, '"claimHigh": 0.123456', /claimHigh: summary\.json says 0\.123456/],
    ['a time', /("timeToDetectS": \{\s+"median": \{\s+"value": )\d+/, '$11', /timeToDetectS\.median\.value: /],
    ['what was right', /"deploy": "revert"/, '"deploy": "leave"', /recall\.value: /],
  ])('differ where %s of the summary is not so', (_, from, to, told) => {
    const original = readFileSync(summaryFile, 'utf8')
    const altered = original.replace(from, to)
    expect(altered).not.toBe(original)
    try {
      writeFileSync(summaryFile, altered)
      const { stdout, status } = recompute()
      expect(stdout).toMatch(told)
      expect(status).toBe(1)
    } finally {
      writeFileSync(summaryFile, original)
    }
  })

  it('of a run without logs cannot be vouched for', () => {
    const empty = mkdtempSync(join(tmpdir(), 'carmine-recompute-'))
    mkdirSync(join(empty, 'logs'))
    writeFileSync(join(empty, 'summary.json'), readFileSync(summaryFile))
    expect(node(join(import.meta.dirname, 'recompute.mjs'), empty).status).toBe(1)
    rmSync(empty, { recursive: true })
  })
})
