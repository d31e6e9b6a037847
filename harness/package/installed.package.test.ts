import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
const tarball = `carmine-${version}.tgz`
const run = ['run', '--scenario', 'error-ratio', '--policy', 'careful', '--levels', 'L0,L1', '--seeds', '2', '--json']
const platform = `${process.platform}-${process.arch}`

let work: string
let installed: string
/** As a checkout gives it. */
let logDigest: string

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'carmine-package-'))
  npm(root, 'pack', '--silent', '--pack-destination', work)
  installed = folder('installed')
  npm(installed, 'install', join(work, tarball))
  // The package `node` brings its binary by a script, which npm may be told not to run; these are the binaries.
  npm(folder('nodes'), 'install', `oldest@npm:node-${platform}@22.18.0`, `too-old@npm:node-${platform}@20`)
  const checkout = spawnSync(process.execPath, ['harness/cli/carmine.mjs', ...run, '--out', join(work, 'checkout')], {
    cwd: root,
    encoding: 'utf8',
  })
  logDigest = JSON.parse(checkout.stdout).logDigest
})
afterAll(() => rmSync(work, { recursive: true, force: true }))

test('brings the program and its data, no sources, no tests and what they need, in less than a megabyte', () => {
  const files = execFileSync('tar', ['-tzf', join(work, tarball)], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(path => path.replace('package/', ''))
  const besides = files.filter(path => !/^(dist\/.*\.js(on)?|scenarios\/.*\.(yaml|json|js))$/.test(path))
  expect(besides.sort()).toEqual([
    'LICENSE',
    'README.md',
    'docs/ci/github-actions.yml',
    'docs/ci/gitlab-ci.yml',
    'harness/cli/carmine.mjs',
    'harness/cli/setup.mjs',
    'package.json',
  ])
  expect(files.filter(path => /\.test\.|\/(fixtures|oracle|vectors|bench|checks|app)\//.test(path))).toEqual([])
  expect(files).toContain('scenarios/schema/policy.json')
  expect(statSync(join(work, tarball)).size).toBeLessThan(1_000_000)
})

describe.each([
  ['22.18', () => join(work, 'nodes/node_modules/oldest/bin/node')],
  ['24', () => process.execPath],
])('on Node %s', (name, node) => {
  const carmine = (...args: string[]) => npx(node(), installed, ...args)
  const out = `run-on-${name}`

  test('a run has the log digest of the checkout', () => {
    const { status, stdout, stderr } = carmine(...run, '--workers', '2', '--logs', 'all', '--out', out)
    expect(stderr).not.toContain('Warning')
    expect([0, 1, 2]).toContain(status)
    expect(JSON.parse(stdout).logDigest).toBe(logDigest)
  })

  test('a finished run is shown, reported in every format, judged again and compared', () => {
    expect(carmine('show', out)).toMatchObject({ status: 0, stdout: expect.stringContaining(logDigest) })
    expect(carmine('show', out, 'error-ratio/faulty/careful/L1/1').stdout).toContain('detected')
    for (const format of ['terminal', 'junit', 'markdown', 'sarif']) {
      expect(carmine('report', out, '--format', format)).toMatchObject({ status: expect.toSatisfy(isVerdict) })
    }
    expect(carmine('rejudge', out, '--json').stdout).toContain(logDigest)
    expect(carmine('compare', out, out)).toMatchObject({ status: 0 })
  })

  test('the report of a run is a page with its program', () => {
    const page = readFileSync(join(installed, out, 'report.html'), 'utf8')
    expect(page).toContain('<script type="application/gzip;base64" id="data">')
    expect(page.length).toBeGreaterThan(50_000)
  })

  test('shipped documents are listed, shown and valid', () => {
    expect(carmine('list', 'policies')).toMatchObject({ status: 0, stdout: expect.stringContaining('careful') })
    expect(carmine('show', 'careful')).toMatchObject({ status: 0 })
    expect(carmine('show', 'parameters')).toMatchObject({ status: 0 })
    expect(carmine('validate')).toMatchObject({ status: 0 })
    const policy = carmine('show', 'policy', 'careful', '--output', 'yaml').stdout
    writeFileSync(join(installed, 'mine.yaml'), policy)
    expect(carmine('validate', 'mine.yaml')).toMatchObject({ status: 0 })
  })
})

test('on Node 20 it says why not, in one line', () => {
  const { status, stdout, stderr } = npx(join(work, 'nodes/node_modules/too-old/bin/node'), installed, 'list')
  expect(stderr).toMatch(
    /^carmine: needs Node 22\.18 or newer, this is v20\.\d+\.\d+; npm install --no-save node@24 brings one\n$/,
  )
  expect({ status, stdout }).toEqual({ status: 69, stdout: '' })
})

function isVerdict(status: unknown): boolean {
  return status === 0 || status === 1 || status === 2
}

function folder(name: string): string {
  const path = join(work, name)
  mkdirSync(path)
  writeFileSync(join(path, 'package.json'), '{"private": true}\n')
  return path
}

function npm(cwd: string, command: string, ...args: string[]): void {
  const quiet = command === 'install' ? ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'] : []
  execFileSync('npm', [command, ...args, ...quiet, '--loglevel=error'], { cwd, stdio: ['ignore', 2, 2] })
}

/** What `npx carmine` starts, on a Node of choice. */
function npx(node: string, cwd: string, ...args: string[]) {
  const env = { ...process.env, PATH: [dirname(node), process.env['PATH']].join(delimiter), NO_COLOR: '1' }
  return spawnSync(join(cwd, 'node_modules/.bin/carmine'), args, { cwd, env, encoding: 'utf8' })
}
