import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, test, vi } from 'vitest'
import type { Comparison, ComparisonVerdict } from '../../judge/comparison.ts'
import { exitCodeOf } from '../baseline.ts'
import { carmine } from '../fixtures/carmine.ts'
import { careful, gatedSuite, hasty } from '../fixtures/gated.ts'

const parent = mkdtempSync(join(tmpdir(), 'carmine-gate-'))
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(parent, { recursive: true })
})

const suite = join(parent, 'suite.yaml')
writeFileSync(suite, gatedSuite)
const small = ['--suite', suite, '--workers', '1']
const baseline = join(parent, 'main')

const policies = { hasty: join(parent, 'hasty.yaml'), copy: join(parent, 'copy.yaml') }
writeFileSync(policies.hasty, hasty('hasty'))
writeFileSync(policies.copy, careful('copy'))

beforeAll(async () => {
  await carmine('run', '--policy', 'careful', ...small, '--out', baseline)
})

const gate = (policy: string, name: string, ...more: string[]) =>
  carmine('run', '--policy', policy, ...small, '--out', join(parent, name), '--baseline', baseline, ...more)

describe('a run with a baseline', () => {
  it('that is worse fails, and says so to GitHub beside the policy', async () => {
    vi.stubEnv('GITHUB_ACTIONS', 'true')
    vi.stubEnv('GITHUB_WORKSPACE', parent)
    vi.stubEnv('GITHUB_STEP_SUMMARY', join(parent, 'step.md'))
    const { exitCode, stdout, stderr } = await gate(policies.hasty, 'hasty', '--fail-on', 'regress')
    vi.unstubAllEnvs()
    expect(stdout).toContain('▼ regress')
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/^::error file=hasty\.yaml,line=\d+,title=carmine%3A /m)
    expect(stderr).toMatch(/^::notice file=suite\.yaml,line=10,title=carmine%3A L1 recall >= 90%25::/m)
    expect(stdout).toMatch(/^✖ gate: regress: hasty L1 \w/)
    expect(stdout).toContain('for information: the comparison with the baseline alone decides')
    const step = readFileSync(join(parent, 'step.md'), 'utf8')
    expect(step).toMatch(/^## ✖ gate: regress: hasty L1 \w/)
    expect(step).toMatch(/^### ▼ regress: /m)
    const stored = JSON.parse(readFileSync(join(parent, 'hasty/comparison.json'), 'utf8')) as Comparison
    expect(stored.verdict).toBe('regress')
    expect(readFileSync(join(parent, 'hasty/report.html'), 'utf8')).toMatch(
      /Against the baseline[\s\S]*<li>▼ regress: /,
    )
    expect(readFileSync(join(parent, 'hasty/carmine.sarif'), 'utf8')).toContain('"uri": "hasty.yaml"')
  })

  it('that is the same policy by another name is the same in every pair', async () => {
    const { exitCode, stdout } = await gate(policies.copy, 'copy', '--seeds', '1', '--fail-on', 'regress', '--json')
    const { comparison, verdict } = JSON.parse(stdout) as { comparison: Comparison; verdict: string }
    expect(comparison).toMatchObject({ verdict: 'same', candidates: [{ paired: true, commonSeeds: 1 }] })
    expect(exitCode).toBe(0)
    // One seed shows nothing, which does not matter to --fail-on regress.
    expect(verdict).toBe('inconclusive')
    const again = await gate(policies.copy, 'copy', '--seeds', '1', '--fail-on', 'regress', '--resume')
    expect(again.stdout).toMatch(/^✔ gate: no regression\n/)
    expect(again.exitCode).toBe(0)
  })

  it('is told again from its folder', async () => {
    expect((await carmine('report', join(parent, 'copy'), '--format', 'markdown')).stdout).toContain('### = same: ')
    const { stdout } = await carmine('report', join(parent, 'hasty'), '--format', 'sarif')
    expect(JSON.parse(stdout)).toMatchObject({ version: '2.1.0', runs: [{ properties: { comparison: 'regress' } }] })
  })

  it('whose baseline has not ended is refused, with how to end that one', async () => {
    const begun = join(parent, 'begun')
    mkdirSync(begun)
    const other = [...small, '--out', join(parent, 'no'), '--baseline', begun]
    const message = `--baseline ${begun}: no finished run is there`
    expect(await carmine('run', ...other)).toMatchObject({ exitCode: 78, stderr: `${message}\n` })
    for (const file of ['summary.json', 'units.ndjson']) writeFileSync(join(begun, file), '')
    const { exitCode, stderr } = await carmine('run', ...other)
    expect(exitCode).toBe(78)
    expect(stderr).toBe(`${message} (one that did not end is; end it with --resume)\n`)
  })

  it('of other inputs is refused before it is run', async () => {
    const other = [...small, '--scenario', 'flapping-pod', 'latency', '--out', join(parent, 'no')]
    const { exitCode, stderr } = await carmine('run', ...other, '--baseline', baseline)
    expect(exitCode).toBe(78)
    expect(stderr).toContain('a scenario only in this run: latency')
    expect(existsSync(join(parent, 'no'))).toBe(false)
  })

  it('is what --fail-on needs', async () => {
    const { exitCode, stderr } = await carmine('run', '--fail-on', 'regress')
    expect(exitCode).toBe(64)
    expect(stderr).toContain("needs '--baseline <folder>'")
  })
})

test.each<
  [verdict: 'pass' | 'fail' | 'inconclusive', compared: ComparisonVerdict | undefined, plain: number, failOn: number]
>([
  ['pass', undefined, 0, 0],
  ['fail', undefined, 1, 1],
  ['pass', 'same', 0, 0],
  ['pass', 'better', 0, 0],
  ['pass', 'regress', 1, 1],
  ['pass', 'cannot tell', 2, 0],
  ['inconclusive', 'better', 2, 0],
  ['inconclusive', 'regress', 1, 1],
  ['inconclusive', 'cannot tell', 2, 0],
  ['fail', 'same', 1, 0],
  ['fail', 'cannot tell', 1, 0],
])(
  'a suite that says %s and a comparison that says %s exit %i, with --fail-on regress %i',
  (verdict, compared, plain, failOn) => {
    const comparison = compared && ({ verdict: compared } as Comparison)
    expect(exitCodeOf({ verdict }, comparison, undefined)).toBe(plain)
    expect(exitCodeOf({ verdict }, comparison, 'regress')).toBe(failOn)
  },
)
