import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { carmine } from '../fixtures/carmine.ts'
import { readPlan } from '../read-run.ts'
import { remakeTrial } from '../remake-trial.ts'

const folder = mkdtempSync(join(tmpdir(), 'carmine-output-'))
afterAll(() => rmSync(folder, { recursive: true }))

const program = join(import.meta.dirname, '../carmine.mjs')
const few = (out: string) => [
  ...['run', '--suite', 'kind-smoke', '--backend', 'sim', '--seeds', '1', '--workers', '1'],
  ...['--out', join(folder, out)],
]

test('--output ndjson is a line a trial in plan order, and then the summary', () => {
  const { stdout, stderr } = spawnSync(process.execPath, [program, ...few('lines'), '--logs', 'all', '-o', 'ndjson'], {
    encoding: 'utf8',
  })
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as { type: string; id: string })
  expect(lines.map(({ type }) => type)).toEqual([...lines.slice(1).map(() => 'trial'), 'summary'])
  const stored = readFileSync(join(folder, 'lines/trials.ndjson'), 'utf8').trimEnd().split('\n')
  expect(lines.slice(0, -1).map(({ type: _, ...trial }) => JSON.stringify(trial))).toEqual(stored)
  expect(stderr).toMatch(/^0 of \d+ trials, 0s\n/)
})

test('--quiet is one line, and the exit code', async () => {
  const { exitCode, stdout, stderr } = await carmine('rejudge', join(folder, 'lines'), '--quiet')
  expect(stdout).toMatch(/^– no criteria: [^\n]+\n$/)
  expect(stderr).toBe('')
  expect([0, 1, 2]).toContain(exitCode)
})

test('of a finished run its answer is shown, or one of its trials by its id', async () => {
  const { stdout } = await carmine('show', join(folder, 'lines'))
  expect(stdout).toMatch(/LEVELS[\s\S]*\nreport +\S+\n/)
  const of = async (trial: string) => carmine('show', join(folder, 'lines'), trial)
  expect((await of('error-ratio-smoke/faulty/careful/L1/1')).stdout).toMatch(
    /^error-ratio-smoke\/faulty\/careful\/L1\/1, sim/m,
  )
  expect(await of('error-ratio-smoke/faulty/mine/L1/1')).toMatchObject({
    exitCode: 78,
    stderr: expect.stringContaining('no policy `mine` at L1'),
  })
})

test('a trial whose log was not kept is made again from the plan of its run', () => {
  const lines = readFileSync(join(folder, 'lines/trials.ndjson'), 'utf8').trimEnd().split('\n')
  const plan = readPlan(join(folder, 'lines'))
  for (const { id, digest } of lines.map(line => JSON.parse(line) as { id: string; digest: string }))
    expect(remakeTrial(plan, id).trial.digest).toBe(digest)
})

const esc = '\u{1b}'
const recorder = 'script'
const hasScript = spawnSync(recorder, ['--version']).status === 0

/** In a terminal of 80 columns, by util-linux's script. */
function inTerminal(env: Readonly<Record<string, string>>, ...args: string[]): string {
  const command = ['stty cols 80 rows 24;', process.execPath, program, ...args].join(' ')
  const { CI: _, NO_COLOR: __, FORCE_COLOR: ___, ...rest } = process.env
  return execFileSync(recorder, ['--quiet', '--return', '--command', `${command}; true`, '/dev/null'], {
    encoding: 'utf8',
    env: { ...rest, TERM: 'xterm', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

test.skipIf(!hasScript)('on a terminal progress is drawn over, and the next command is said', () => {
  const shown = inTerminal({ LC_ALL: 'C.UTF-8' }, ...few('terminal'))
  expect(shown).toContain('[........................] 0 of ')
  expect(shown).toContain(`${esc}[J`)
  expect(shown).toMatch(new RegExp(`${esc}\\[2m– no criteria${esc}\\[22m`))
  expect(shown).toMatch(/\r\nnext: [^\r]+\r\n {2}\S.* show /)
})

test.skipIf(!hasScript)('without colour and UTF-8 nothing is lost but looks', () => {
  const shown = inTerminal({ LC_ALL: 'C', NO_COLOR: '1' }, 'report', join(folder, 'lines'))
  expect(shown).toMatch(/- no criteria\r\n/)
  expect([...shown].filter(letter => letter > '~')).toEqual([])
  expect(shown).not.toContain(esc)
})
