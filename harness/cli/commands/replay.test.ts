import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { shippedFile } from '../../../clusters/sim/fixtures/subject.ts'
import { carmine } from '../fixtures/carmine.ts'

let folder: string
let out: string
let summary: { findings: { trial: string; replay: string }[]; wallMs: number; trials: { looks: number } }

/** Shipped documents under a name of their own. */
function write(kind: string, name: string, change: (spec: Record<string, unknown>) => void): string {
  const document = parse(shippedFile(`${kind}/${name}.yaml`).text)
  document.metadata.name = `my-${name}`
  change(document.spec)
  const file = join(folder, `my-${name}.yaml`)
  writeFileSync(file, stringify(document))
  return file
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'carmine-replay-'))
  out = join(folder, 'out')
  // Its deploy comes so late that the horizon of the whole run moves.
  const late = write('catalogue', 'error-ratio', spec => {
    spec['deploys'] = (spec['deploys'] as object[]).map(deploy => ({ ...deploy, at: '25m' }))
  })
  const mine = write('policies', 'careful', () => {})
  const inputs = ['--scenario', 'almost-no-traffic', late, '--policy', 'careful', mine]
  const few = ['--levels', 'L1', '--seeds', '1', '--workers', '1']
  const run = await carmine('run', ...inputs, ...few, '--logs', 'all', '--out', out, '--json')
  summary = JSON.parse(run.stdout)
})
afterAll(() => rmSync(folder, { recursive: true }))

/** What a failing trial of the run would print. */
function lineOf(trial: string): string[] {
  const { replayArguments } = JSON.parse(readFileSync(join(out, 'plan.json'), 'utf8'))
  return ['replay', trial, ...replayArguments]
}

test.each([
  'almost-no-traffic/scare/careful/L1/1',
  'my-error-ratio/faulty/my-careful/L1/1',
  'my-error-ratio/twin/null/L1/1',
])('the line that replays %s makes its log again', async trial => {
  const { exitCode, stdout } = await carmine(...lineOf(trial))
  expect(exitCode).toBe(0)
  expect(stdout).toBe(readFileSync(join(out, 'logs', `${trial.replaceAll('/', '_')}.ndjson`), 'utf8'))
})

test('what went wrong in a trial is told as a postmortem, which a run leaves beside the log', async () => {
  const stored = (trial: string) => join(out, 'logs', `${trial.replaceAll('/', '_')}.postmortem.md`)
  const faulty = 'my-error-ratio/faulty/my-careful/L1/1'
  const { exitCode, stdout } = await carmine(...lineOf(faulty), '--postmortem')
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^# Postmortem: /)
  expect(stdout).toBe(readFileSync(stored(faulty), 'utf8'))
  const twin = 'my-error-ratio/twin/null/L1/1'
  expect(await carmine(...lineOf(twin), '--postmortem')).toMatchObject({ exitCode: 0, stdout: '' })
  expect(existsSync(stored(twin))).toBe(false)
})

test('a scenario that the suite has not is replayed from the catalogue', async () => {
  const { exitCode, stdout } = await carmine('replay', 'error-ratio-smoke/twin/careful/L1/3')
  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout.slice(0, stdout.indexOf('\n'))).data).toMatchObject({
    scenario: 'error-ratio-smoke',
    seed: 3,
  })
})

test.each([
  ['error-ratio/scare/careful/L1/1', '`error-ratio` has no variant `scare`; it has faulty, twin'],
  ['error-ratio/faulty/reckless/L1/1', 'no policy `reckless` at L1'],
  ['error-ratio/faulty/careful/1', 'a trial is named'],
])('an id that names no trial is refused: %s', async (id, message) => {
  const { exitCode, stdout, stderr } = await carmine('replay', id)
  expect({ exitCode, stdout }).toEqual({ exitCode: 78, stdout: '' })
  expect(stderr).toContain(message)
})

test('a run that is judged again comes to the same', async () => {
  const { stdout } = await carmine('rejudge', out, '--json')
  expect(JSON.parse(stdout)).toEqual(summary)
})

test('a folder that holds a run, or logs of one that did not end, is not written to', async () => {
  const run = () => carmine('run', '--scenario', 'almost-no-traffic', '--seeds', '1', '--out', out)
  const files = readdirSync(join(out, 'logs'))
  expect(await run()).toMatchObject({
    exitCode: 78,
    stderr: expect.stringContaining('holds the result of another run'),
  })
  rmSync(join(out, 'summary.json'))
  expect(await run()).toMatchObject({ exitCode: 78, stderr: expect.stringContaining('holds the logs of another run') })
  expect(readdirSync(join(out, 'logs'))).toEqual(files)
})

describe('a stored log', () => {
  const faulty = 'my-error-ratio_faulty_my-careful_L1_1'
  const log = () => join(out, 'logs', `${faulty}.ndjson`)
  const own = () => ['--scenario', join(folder, 'my-error-ratio.yaml')]

  test('tells what other policies would have detected up to its first action', async () => {
    const { exitCode, stdout } = await carmine('replay', log(), ...own(), '--policy', 'careful', 'fast', '--json')
    expect(exitCode).toBe(0)
    const { recording, policies } = JSON.parse(stdout)
    expect(recording).toMatchObject({ trial: faulty.replaceAll('_', '/'), backend: 'sim' })
    const [careful, fast] = policies
    const lines = readFileSync(log(), 'utf8').trim().split('\n')
    const fired = lines.map(line => JSON.parse(line)).find(({ type }) => type === 'detector.fired')
    expect(careful).toMatchObject({ policy: 'careful', detectedMs: fired.t, censored: false })
    expect(fast.validToMs).toBe(careful.firstAction.atMs)
    expect(fast.censored).toBe(fast.alarms.length === 0)
  })

  test('is replayed with the policy that it is of, which its run has on record', async () => {
    const { exitCode, stdout } = await carmine('replay', log(), ...own(), '--json')
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout).policies).toMatchObject([{ policy: 'my-careful', censored: false }])
  })

  test('is not drawn or told like a trial that is run again', async () => {
    const { exitCode, stderr } = await carmine('replay', log(), '--postmortem')
    expect(exitCode).toBe(64)
    expect(stderr).toContain('carmine show')
  })
})
