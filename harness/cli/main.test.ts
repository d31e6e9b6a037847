import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { summary } from '../../reports/fixtures/summary.ts'
import { InvalidInput, type Problem } from '../model/problem.ts'
import { reportError } from './report-error.ts'

const folder = mkdtempSync(join(tmpdir(), 'carmine-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))
writeFileSync(join(folder, 'summary.json'), JSON.stringify(summary))
const pipe = join(folder, 'pipe')
spawnSync('mkfifo', [pipe])

function carmine(...args: string[]) {
  return spawnSync(process.execPath, [join(import.meta.dirname, 'carmine.mjs'), ...args], { encoding: 'utf8' })
}

test.each([
  [['--help'], 0, /^Usage: carmine/, /^$/],
  [['--version'], 0, /^\d+\.\d+\.\d+\n$/, /^$/],
  [[], 0, /^carmine \d.* proves an [\s\S]*\n {2}validate my policy +(?:npx )?carmine run --policy/, /^$/],
  [['reprot'], 64, /^$/, /unknown command 'reprot'\n\(Did you mean report\?\)/],
  [['list', 'runz'], 64, /^$/, /there are scenarios, .*\n\(Did you mean runs\?\)/],
  [['run', 'quick'], 64, /^$/, /too many arguments.*\n\(Did you mean --suite quick\?\)/],
  [['run', '--output', 'jsn'], 64, /^$/, /json, ndjson\.\n\(Did you mean json\?\)/],
  [['report'], 64, /^$/, /missing required argument 'folder'/],
  [['report', folder], 0, /LEVELS/, /^$/],
  [['report', folder, '--format', 'junit'], 0, /^<\?xml/, /^$/],
  [['report', folder, '--format', 'pdf'], 64, /^$/, /terminal, html, junit/],
  [['run', '--seeds', '1000000000'], 64, /^$/, /whole number, 1 to 100000\./],
  [['run', '--seed', '9007199254740991'], 64, /^$/, /whole number, 1 to 1000000000000000\./],
  [
    ['run', '--context', 'x', '--yes'],
    64,
    /^$/,
    /--context is for --backend existing; --yes is for --backend existing: this run is on sim\n/,
  ],
  [
    ['run', '--k6', 'local', '--retain'],
    64,
    /^$/,
    /--retain is for --backend kind; --k6 is for --backend kind or existing: /,
  ],
  [['run', '--suite', 'kind-smoke', '--shard', '1/2'], 64, /^$/, /--shard is for --backend sim: this run is on kind\n/],
  [['run', '--out', ''], 64, /^$/, /has to be a path/],
  [['run', '--out', join(folder, 'summary.json')], 69, /^$/, /^carmine: EEXIST: .*summary\.json'\n$/],
  [['schema', '--out', '/proc/none'], 69, /^$/, /^carmine: E[A-Z]+: .*\n$/],
  [['validate', '/dev/zero'], 78, /^$/, /^\/dev\/zero:1:1: error: is larger than 256 MiB\n$/],
  [['validate', pipe], 78, /^$/, /\/pipe:1:1: error: is a pipe that nobody writes to\n$/],
  [['replay', 'error-ratio/faulty/careful/L1/99999999999999999999'], 78, /^$/, /a seed is a whole number/],
  [['report', join(folder, 'none')], 78, /^$/, /none\/summary\.json:1:1: error: cannot be read/],
])('carmine %j ends with %i', (args, exitCode, stdout, stderr) => {
  const ended = carmine(...args)
  expect(ended).toMatchObject({ status: exitCode })
  expect(ended.stdout).toMatch(stdout)
  expect(ended.stderr).toMatch(stderr)
})

test('every problem of an input is told', () => {
  const problem: Problem = { file: 'a.yaml', line: 2, column: 3, message: 'unknown key', severity: 'error' }
  const told: string[] = []
  const error = new InvalidInput([problem, { ...problem, line: 9, hint: 'did you mean seeds?' }])
  expect(reportError(error, text => told.push(text))).toBe(78)
  expect(told.join('')).toBe('a.yaml:2:3: error: unknown key\na.yaml:9:3: error: unknown key (did you mean seeds?)\n')
})

test.each([
  [
    'brings its own exit code',
    Object.assign(new Error('docker is not running'), { exitCode: 69 }),
    69,
    /^carmine: docker is not running\n$/,
  ],
  [
    'is of a full disk',
    Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
      path: 'a/b',
    }),
    69,
    /^carmine: ENOSPC: no space left on device, write \(a\/b\)\n$/,
  ],
  [
    'is of a file of our own that is missing',
    Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT', syscall: 'open' }),
    70,
    /bug in carmine/,
  ],
  ['is an interruption', new DOMException('This operation was aborted', 'AbortError'), 130, /^carmine: interrupted\n$/],
  ['is unforeseen', new TypeError('x is undefined'), 70, /bug in carmine[\s\S]*TypeError: x is undefined\n +at /],
  ['claims an exit code that we do not have', Object.assign(new Error('no'), { exitCode: 3 }), 70, /bug in carmine/],
])('an error that %s', (_, error, exitCode, message) => {
  const told: string[] = []
  expect(reportError(error, text => told.push(text))).toBe(exitCode)
  expect(told.join('')).toMatch(message)
})
