import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { carmine } from '../fixtures/carmine.ts'

const team = 'error-ratio/faulty/careful (team)/L0/7'
const logs = (out: string) => join(out, 'logs', 'error-ratio_faulty_careful (team)_L0_7.frames')
const typed = [
  [172_000, 'ack'],
  [180_000, 'look metrics'],
  [185_000, 'abrot'],
  [190_000, 'abort'],
  [240_000, 'cause the release answers errors'],
  [250_000, 'fix'],
] as const

let folder: string
let first: Awaited<ReturnType<typeof carmine>>
const inFolder = (name: string) => join(folder, name)
const play = (commands: string, out: string, ...more: string[]) =>
  carmine('gameday', 'error-ratio', '--level', 'L0', '--seed', '7', '--commands', commands, '--out', out, ...more)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'carmine-gameday-'))
  const lines = typed.map(([atMs, words]) => `${JSON.stringify({ atMs, typed: words })}\n`)
  writeFileSync(inFolder('commands.ndjson'), lines.join(''))
  first = await play(inFolder('commands.ndjson'), inFolder('first'))
})
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => vi.unstubAllEnvs())

test('a game ends with the team beside the engine and the simulated people', () => {
  expect(first.exitCode).toBe(0)
  expect(first.stderr).toMatch(/> abrot\n {2}there is no word `abrot`; did you mean `abort`\?/)
  expect(first.stdout).toMatch(/TEAM +ENGINE L0 +ON CALL L0\n/)
  expect(first.stdout).toMatch(/acknowledged +2:52 +– +\d+:\d\d\n/)
  expect(first.stdout).toMatch(/page to acknowledge +\d+s +– +\d/)
  expect(first.stdout).toMatch(/cause said +4:00 +– /)
  expect(first.stdout).toMatch(/the game ended at 4:10, there were no more commands/)
  expect(first.stdout).toMatch(/decided +3:10 +– /)
  expect(first.stdout).toMatch(/ended by +human abort +– /)
  expect(first.stdout).toMatch(/the team said: the release answers errors\n/)
  expect(first.stdout).toMatch(/cause: the release configuration makes requests fail/)
  expect(readFileSync(inFolder('first/debrief.txt'), 'utf8')).toMatch(/TEAM +ENGINE L0/)
  expect(first.stdout.split('\n').filter(line => line.length > 100)).toEqual([])
})

test('what is told while it goes on gives nothing away', () => {
  expect(first.stderr).not.toMatch(/onset(?!-)|makes requests fail|fault|truth/)
})

test('its record plays the same game again, to the same log', async () => {
  const record = inFolder('first/commands.ndjson')
  expect(readFileSync(record, 'utf8')).not.toMatch(/abrot/)
  const again = await play(record, inFolder('again'))
  expect(again.exitCode).toBe(0)
  expect(readFileSync(logs(inFolder('again')))).toEqual(readFileSync(logs(inFolder('first'))))
  expect(again.stdout).toBe(first.stdout)
})

function commandsOf(name: string, ...lines: readonly (readonly [number, string])[]): string {
  writeFileSync(inFolder(name), lines.map(([atMs, words]) => `${JSON.stringify({ atMs, typed: words })}\n`).join(''))
  return inFolder(name)
}

test('more releases than the controller keeps revisions of play on', async () => {
  const injected = [200_000, 300_000, 400_000, 500_000].map(atMs => [atMs, 'inject error-ratio'] as const)
  const out = inFolder('many')
  const many = await play(commandsOf('many.ndjson', ...injected, [900_000, 'restart'], [1_200_000, 'stop']), out)
  expect(many.stderr).toMatch(/human +restart of r6 begins\n/)
  expect(many.exitCode).toBe(0)
})

test('who takes back what was injected on top of the deploy takes back both', async () => {
  const typed = commandsOf('both.ndjson', [200_000, 'inject latency'], [240_000, 'undo'], [600_000, 'stop'])
  const both = await play(typed, inFolder('both'))
  expect(both.stdout).toMatch(/ended by +human undo +– /)
  expect(both.stdout).toMatch(/ended +4:00 +– /)
})

test('what people did is on record as theirs, with the time that it took', () => {
  const [, ...lines] = readFileSync(inFolder('first/commands.ndjson'), 'utf8').trim().split('\n')
  const commands = lines.map(line => JSON.parse(line))
  expect(commands.every(({ actor }) => actor === 'human')).toBe(true)
  expect(commands[0]).toMatchObject({ typed: 'ack', tookMs: expect.any(Number) })
})

test('a record is played in the game that it is of, and ends as that did', async () => {
  const record = readFileSync(inFolder('first/commands.ndjson'), 'utf8')
  const written = (text: string) => {
    writeFileSync(inFolder('changed.ndjson'), text)
    return inFolder('changed.ndjson')
  }
  const ended = await play(written(`${record}{"atMs":400000,"typed":"stop","ending":"quiet"}\n`), inFolder('quiet'))
  expect(ended.stdout).toMatch(/the game ended at 6:40, all was well for a while/)
  const kept = readFileSync(inFolder('quiet/commands.ndjson'), 'utf8')
  expect(kept).toMatch(/"atMs":400000,"actor":"human","typed":"stop","ending":"quiet"\}\n$/)

  const twin = await play(inFolder('first/commands.ndjson'), inFolder('twin'), '--variant', 'twin')
  expect(twin.exitCode).toBe(78)
  expect(twin.stderr).toMatch(/recorded with variant faulty, and this game has twin \(add --variant faulty\)/)
  const changed = await play(written(record.replace(/"planDigest":"./, '"planDigest":"-')), inFolder('changed'))
  expect(changed.exitCode).toBe(78)
  expect(changed.stderr).toMatch(/recorded with other manifests, parameters/)
})

test('show and report open its folder', async () => {
  const shown = await carmine('show', inFolder('first'))
  expect(shown).toMatchObject({ exitCode: 0 })
  expect(shown.stdout).toMatch(/policy careful \(team\)\n/)
  const timeline = await carmine('show', inFolder('first'), team)
  expect(timeline.stdout).toMatch(/person +decides: rollback/)
  const page = await carmine('report', inFolder('first'), '--format', 'html')
  const [, packed = ''] = /id="data">([^<]*)</.exec(page.stdout) ?? []
  const { timelines } = JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString())
  expect(timelines[0]).toMatchObject({ trial: team, why: 'the game', replay: expect.stringMatching(/ --commands /) })
  const judged = await carmine('rejudge', inFolder('first'), '--json')
  expect(judged.exitCode).not.toBe(78)
})

test.each([
  [['error-ratoi'], 78, /--scenario: there is no scenario `error-ratoi` \(did you mean `error-ratio`\?\)/],
  [['error-ratio', '--policy', 'carefull'], 78, /did you mean `careful`\?/],
  [['error-ratio', '--variant', 'scare'], 78, /--variant: error-ratio has no such variant; it has faulty, twin/],
  [['error-ratio', '--commands', 'none.ndjson'], 78, /none\.ndjson:1:1: error: cannot be read/],
] as const)('gameday %j is refused', async (args, exitCode, stderr) => {
  const ended = await carmine('gameday', ...args)
  expect(ended.exitCode).toBe(exitCode)
  expect(ended.stderr).toMatch(stderr)
})

test.each([
  [
    '{"v":1,"scenario":"latency","policy":"careful","level":"L0","seed":7,"backend":"sim"}',
    /1:1: error: was recorded with scenario latency, and this game has error-ratio \(play latency\)/,
  ],
  ['{"atMs": 5, "typed": "ack"}\n{"atMs": 4, "typed": "abort"}', /2:1: error: comes before the command above it/],
  ['{"atMs": 5}\nnonsense', /1:1: error: is no command[^\n]*\n[^\n]*2:1: error: is no command/],
])('commands %j are refused with all that is wrong', async (text, stderr) => {
  const file = inFolder('bad.ndjson')
  writeFileSync(file, text)
  const ended = await play(file, inFolder('bad'))
  expect(ended.exitCode).toBe(78)
  expect(ended.stderr).toMatch(stderr)
})

test.each([
  [['--level', 'L9'], /Allowed choices are L0, L1/],
  [['--speed', '0'], /a number, 0\.1 to 1000/],
  [['--backend', 'kin'], /Did you mean kind\?/],
])('gameday error-ratio %j is no usage', async (args, stderr) => {
  const ended = await carmine('gameday', 'error-ratio', ...args)
  expect(ended.exitCode).toBe(64)
  expect(ended.stderr).toMatch(stderr)
})

test('the debrief of a twin says that nothing was wrong', async () => {
  const typed = commandsOf('twin.ndjson', [300_000, 'stop'])
  const { stdout } = await play(typed, inFolder('twin'), '--variant', 'twin')
  expect(stdout).toMatch(/what it was: a good deploy, the twin of one where /)
})

test('a game that cannot begin leaves no folder', async () => {
  vi.stubEnv('PATH', '/nowhere')
  const ended = await carmine('gameday', 'error-ratio-smoke', '--backend', 'kind', '--out', inFolder('not-begun'))
  expect(ended.exitCode).toBe(69)
  expect(ended.stderr).toMatch(/docker/)
  expect(existsSync(inFolder('not-begun'))).toBe(false)
})
