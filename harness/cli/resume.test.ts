import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { carmine } from './fixtures/carmine.ts'

const parent = mkdtempSync(join(tmpdir(), 'carmine-resume-'))
afterAll(() => rmSync(parent, { recursive: true }))

const suite = join(parent, 'suite.yaml')
writeFileSync(
  suite,
  `apiVersion: carmine/v1alpha1
kind: Suite
metadata: { name: small }
spec: { description: few trials, scenarios: [error-ratio], seeds: 3, levels: [L1], anchors: ['null'] }
`,
)
const planned = ['--suite', suite, '--logs', 'all', '--workers', '1']
const runIn = (folder: string, ...more: readonly string[]) => ['run', ...planned, '--out', folder, ...more]

const whole = join(parent, 'whole/run')
let digest: string

beforeAll(async () => {
  const ended = await carmine(...runIn(whole, '--json'))
  digest = JSON.parse(ended.stdout).logDigest
})

/** A run's files but for the folder's own name and times, by name. */
function filesOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  return Object.fromEntries(
    names.map(entry => {
      const file = join(entry.parentPath, entry.name)
      const packed = /(?<=id="data">)[^<]+/
      const text = readFileSync(file, 'latin1')
        .replace(packed, data => gunzipSync(Buffer.from(data, 'base64')).toString('latin1'))
        .replaceAll(folder, 'FOLDER')
        .replaceAll(/"wallMs": ?\d+/g, '"wallMs":0')
        .replaceAll(/ time="[\d.]+"/g, '')
      return [relative(folder, file), text]
    }),
  )
}

function start(folder: string): ChildProcess {
  const command = join(import.meta.dirname, 'carmine.mjs')
  return spawn(process.execPath, [command, ...runIn(folder, '--resume')], { stdio: 'ignore' })
}

const journalOf = (folder: string) => join(folder, 'units.ndjson')
const linesIn = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0)

async function killAfter(run: ChildProcess, folder: string, lines: number): Promise<void> {
  while (linesIn(journalOf(folder)) < lines && run.exitCode === null) await setTimeout(10)
  run.kill('SIGKILL')
  await once(run, 'exit')
}

describe('a run that was killed', () => {
  const folder = join(parent, 'killed/run')

  test('goes on where it was, and leaves the files of an unbroken run', async () => {
    const run = start(folder)
    await killAfter(run, folder, 2)
    const done = linesIn(journalOf(folder))
    expect(run.signalCode).toBe('SIGKILL')
    expect(existsSync(join(folder, 'run.lock'))).toBe(true)
    appendFileSync(journalOf(folder), '{"unit":7,"looks":36')
    for (const name of [
      'plan.json.part',
      'logs/error-ratio_twin_null_L1_3.ndjson',
      'logs/x_twin_null_L1_1.ndjson.part',
    ])
      writeFileSync(join(folder, name), 'torn')
    const { stderr, exitCode } = await carmine(...runIn(folder, '--resume'))
    expect(stderr).toContain(`${done} of 6 parts were done before\n`)
    expect(exitCode).toBe(0)
    expect(filesOf(folder)).toEqual(filesOf(whole))
    expect(existsSync(journalOf(folder))).toBe(false)
  })

  test('and has ended, says so and prints its result again', async () => {
    const before = filesOf(folder)
    const { stdout, stderr, exitCode } = await carmine(...runIn(folder, '--resume', '--json'))
    expect(stderr).toContain(`the run in ${folder} is finished: nothing is left to do\n`)
    expect(JSON.parse(stdout).logDigest).toBe(digest)
    expect(exitCode).toBe(0)
    expect(filesOf(folder)).toEqual(before)
  })

  test('does not go on as another one', async () => {
    const { stderr, exitCode } = await carmine(...runIn(folder, '--resume', '--seeds', '4', '--logs', 'failing'))
    expect(exitCode).toBe(78)
    expect(stderr).toContain('the run cannot go on, it was planned otherwise: suite.seeds: 3 there, 4 here\n')
    expect(stderr).toContain('the run cannot go on, it was planned otherwise: logs: "all" there, "failing" here\n')
  })
})

test.skipIf(process.platform === 'win32')(
  'a disk that is full is told, with how to go on; then the run is as if it had not been',
  async () => {
    const folder = join(parent, 'full/run')
    const command = join(import.meta.dirname, 'carmine.mjs')
    // A file may have so many units of 1024 bytes, as a log's rendering has not.
    const limited = spawn('bash', ['-c', 'ulimit -f 200; exec "$@"', '-', process.execPath, command, ...runIn(folder)])
    let told = ''
    limited.stderr.on('data', text => (told += text))
    const [exitCode] = await once(limited, 'exit')
    expect(told).toMatch(/carmine: EFBIG: file too large/)
    expect(told).toContain(`carmine run ${planned.join(' ')} --out ${folder} --resume\n`)
    expect(exitCode).toBe(69)
    expect(existsSync(join(folder, 'run.lock'))).toBe(false)
    await carmine(...runIn(folder, '--resume'))
    expect(filesOf(folder)).toEqual(filesOf(whole))
  },
  120_000,
)

describe('shards', () => {
  const shards = [1, 2].map(i => join(parent, `shard-${i}`))
  const merged = join(parent, 'merged/run')

  test('are merged into the files of one run', async () => {
    for (const [i, shard] of shards.entries()) {
      const { exitCode, stderr } = await carmine(...runIn(shard, '--shard', `${i + 1}/2`))
      expect(stderr).toContain(`shard ${i + 1} of 2 is done`)
      expect(exitCode).toBe(0)
    }
    const { exitCode } = await carmine('merge', shards[1]!, shards[0]!, '--out', merged)
    expect(exitCode).toBe(0)
    expect(filesOf(merged)).toEqual(filesOf(whole))
    const wallMs = (folder: string, file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')).wallMs
    expect(wallMs(merged, 'summary.json')).toBe(shards.reduce((sum, shard) => sum + wallMs(shard, 'shard.json'), 0))
  })

  test('have no result of their own', async () => {
    const { stderr, exitCode } = await carmine('report', shards[0]!)
    expect(stderr).toContain('is one shard of a run; `carmine merge` makes a run of all of them')
    expect(exitCode).toBe(78)
  })

  test.each([
    [[shards[0]!], [/not all shards are given; missing: 2\/2/]],
    [
      [shards[0]!, shards[0]!],
      [/shard 1\/2 is there twice/, /missing: 2\/2/],
    ],
    [
      [whole, dirname(whole), shards[0]!],
      [/whole\/run:1:1: error: holds a whole run/, /whole:1:1: error: holds no run/],
    ],
  ])('that do not make one run are refused, all of them: %j', async (folders, told) => {
    const { stderr, exitCode } = await carmine('merge', ...folders, '--out', join(parent, 'none'))
    for (const pattern of told) expect(stderr).toMatch(pattern)
    expect(exitCode).toBe(78)
    expect(existsSync(join(parent, 'none'))).toBe(false)
  })

  test('of another run are refused, with what differs', async () => {
    const foreign = join(parent, 'foreign')
    const unfinished = join(parent, 'unfinished')
    for (const [folder, seed] of [
      [foreign, 5],
      [unfinished, 1],
    ] as const) {
      await carmine('schema', '--out', folder)
      const plan = JSON.parse(readFileSync(join(shards[1]!, 'plan.json'), 'utf8'))
      writeFileSync(join(folder, 'plan.json'), JSON.stringify({ ...plan, firstSeed: seed }))
    }
    writeFileSync(join(foreign, 'shard.json'), '{"schemaVersion":1,"wallMs":1}')
    const { stderr, exitCode } = await carmine('merge', shards[0]!, foreign, unfinished, '--out', join(parent, 'none'))
    expect(stderr).toContain(`foreign:1:1: error: is of another run than ${shards[0]}: firstSeed: 1 there, 5 here\n`)
    expect(stderr).toContain('unfinished:1:1: error: shard 2/2 did not get to its end; run it again with --resume\n')
    expect(exitCode).toBe(78)
  })
})

test.each([
  [['--resume'], /--resume needs --out/],
  [['--shard', '0/2'], /two whole numbers, such as 2\/5/],
  [['--shard', '3/2'], /two whole numbers, such as 2\/5/],
])('run %j makes no sense', async (args, told) => {
  const { stderr, exitCode } = await carmine('run', ...args)
  expect(stderr).toMatch(told)
  expect(exitCode).toBe(64)
})
