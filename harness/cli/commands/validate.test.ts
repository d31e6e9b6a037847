import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { carmine } from '../fixtures/carmine.ts'
import { shippedFolder, shippedNames, shippedPath } from '../load/documents.ts'

const folder = mkdtempSync(join(tmpdir(), 'carmine-validate-'))
afterAll(() => rmSync(folder, { recursive: true }))
const subject = (name: string) => join(shippedFolder, 'subject', `${name}.yaml`)
const manifests = ['rollout', 'services', 'payments', 'analysis', 'telemetry'].map(subject)

function file(name: string, text: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const scenario = `apiVersion: carmine/v1alpha1
kind: Scenario
metadata: { name: mine }
spec:
  description: x
  family: errors
  deploys:
    - at: 2m
      fault: { kind: error-ratio, errorRatio: 10% }
      truth: { page: must, deploy: revert, remedies: [abort], rollbackSafe: true, firstSymptom: errors, cause: x }
`
const suite = `apiVersion: carmine/v1alpha1
kind: Suite
metadata: { name: mine }
spec:
  description: x
  scenarios: [latency]
  seeds: 1
`
const policy = `apiVersion: carmine/v1alpha1
kind: Policy
metadata: { name: mine }
spec:
  description: x
  decide: { deciders: [threshold] }
`

/** Problems as `line:column message`. */
async function problemsOf(...paths: string[]) {
  const { exitCode, stderr } = await carmine('validate', ...paths)
  const problems = stderr.split('\n').slice(0, -1)
  return { exitCode, problems: problems.map(line => line.replace(/^.*?:(\d+:\d+): error:/, '$1')) }
}

const shipped = (['catalogue', 'suites', 'policies', 'promotion'] as const).flatMap(kind =>
  shippedNames(kind).map(name => shippedPath(kind, name)),
)

test('everything shipped is right, each file told once', async () => {
  const { exitCode, stdout, stderr } = await carmine('validate', ...shipped, ...manifests)
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(stdout.match(/^ok /gm)).toHaveLength(shipped.length + manifests.length)
  expect(stdout).toMatch(/^ok \S+rollout\.yaml: Rollout checkout$/m)
})

test('inert fields are listed once, under their reason', async () => {
  const { stdout } = await carmine('validate', ...manifests)
  const reasons = [...stdout.matchAll(/^inert: (.*?): /gm)].map(([, reason]) => reason)
  expect(reasons.length).toBeGreaterThan(3)
  expect(new Set(reasons).size).toBe(reasons.length)
})

test.each([
  [
    'a misspelt key',
    scenario.replace('family', 'famly'),
    ['4:1 `spec.family` is missing (expected text)', '6:3 `spec.famly` is not a known key (did you mean `family`?)'],
  ],
  [
    'an unknown fault',
    scenario.replace('kind: error-ratio', 'kind: eror-ratio'),
    [expect.stringMatching(/^9:22 .*did you mean `error-ratio`\?\)$/)],
  ],
  ['a deploy after the horizon', scenario.replace('2m', '30m'), ['8:11 the deploy comes after the horizon (30m)']],
  [
    'no remedy',
    scenario.replace('[abort]', '[]'),
    ['10:54 a deploy to `revert` has no remedy (known are abort, undo)'],
  ],
  [
    'no fault to revert',
    `${scenario.replace(/ +fault.*\n/, '')}  scare: x\n`,
    ['9:36 `revert`, and the deploy has no fault'],
  ],
  [
    'an unknown kind',
    scenario.replace('Scenario', 'Scenrio'),
    ['2:7 `Scenrio` is not a kind of carmine/v1alpha1 (did you mean `Scenario`?)'],
  ],
  [
    'another version',
    scenario.replace('v1alpha1', 'v2'),
    [expect.stringMatching(/^1:13 `apiVersion`: expected `carmine\/v1alpha1`/)],
  ],
  [
    'a second document',
    `${scenario}---\n${suite}`,
    ['12:1 one document is expected here, and this file holds several'],
  ],
  [
    'an unknown scenario',
    suite.replace('latency', 'latancy'),
    ['6:15 there is no scenario `latancy` (did you mean `latency`?)'],
  ],
  [
    'a share for a time',
    `${suite}  criteria: ['L1 fdrtS.p95 < 5%']\n`,
    [expect.stringMatching(/^8:30 .*duration such as 5m/)],
  ],
  [
    'a criterion that is wrong in several places',
    `${suite}  criteria:\n    - L9 recal =< 30s\n    - L1 recall >= 30s\n    - level: L1\n`,
    [
      expect.stringMatching(/^9:7 .*`L9` is not a level/),
      expect.stringMatching(/^9:10 .*did you mean `recall`\?/),
      expect.stringMatching(/^9:16 .*did you mean `<=`\?/),
      expect.stringMatching(/^10:20 .*a share, such as 5%/),
      expect.stringMatching(/^11:7 .*expected a line such as `L1 recall >= 95%`/),
    ],
  ],
  [
    'criteria about what is not run',
    `${suite}  levels: [L0]\n  criteria: [ L1   recall >= 9%, L0 faulty.detected > 9% in latancy ]\n`,
    ['9:15 the run has no level L1 (it has L0)', '9:61 the run has no family `latancy` (did you mean `latency`?)'],
  ],
  [
    'an unknown detector',
    policy.replace('threshold', 'treshold'),
    [expect.stringMatching(/^6:24 .*did you mean `threshold`\?\)$/)],
  ],
  [
    'manifests that are not there',
    `${policy}  manifests: { files: [none.yaml] }\n`,
    ['7:24 `none.yaml` cannot be read: there is no such file'],
  ],
  ['nothing in it', '', ['1:1 the file holds no document']],
  ['bytes', new Uint8Array([0x61, 0xff, 0x00]), ['1:2 the file is not UTF-8 text']],
  ['a tab', 'a:\n\tb: 1\n', ['2:1 a tab used as indentation: YAML is indented with spaces']],
  ['plain text', 'hello\n', ['1:1 expected a Kubernetes object: a map with apiVersion, kind and metadata']],
])('a file with %s', async (_, text, problems) => {
  expect(await problemsOf(file('a.yaml', text))).toEqual({ exitCode: 78, problems })
})

describe('--deep', () => {
  const declared = scenario.replace('remedies: [abort]', 'remedies: [abort, undo]')
  const deep = (text: string) => problemsOf('--deep', file('deep.yaml', text))

  test('plays a scenario, and holds its ground truth against what happens', async () => {
    expect(await deep(declared)).toEqual({ exitCode: 0, problems: [] })
    const { exitCode, problems } = await deep(
      declared
        .replace('page: must', 'page: mustNot')
        .replace('[abort, undo]', '[abort]')
        .replace(': errors,', ': none,'),
    )
    expect(exitCode).toBe(78)
    expect(problems).toEqual([
      expect.stringMatching(/^10:22 `mustNot` is declared, and \d+ more requests are bad than without the fault/),
      expect.stringMatching(/^10:57 `undo` is not declared, and undo ends the fault: begun at 6m\d+s/),
      expect.stringMatching(/^10:100 `none` is declared, and what shows is errors at 2m\d+s \(seed 1\)$/),
    ])
  })

  test('plays nothing of a file that is wrong in itself', async () => {
    const { problems } = await deep(declared.replace('family', 'famly'))
    expect(problems).toHaveLength(2)
  })
})

test('all problems of all files are told, in the order of the files, beside the files that are right', async () => {
  const keys = Array.from({ length: 30 }, (_, i) => `  key${i}: ${i}\n`).join('')
  const many = file('many.yaml', scenario + keys)
  const bad = file('bad.yaml', suite.replace('seeds: 1', 'seeds: many'))
  const { exitCode, stdout, stderr } = await carmine('validate', bad, shippedPath('policies', 'careful'), many)
  expect(exitCode).toBe(78)
  expect(
    stderr
      .split('\n')
      .slice(0, -1)
      .map(line => line.replace(/^.*\/(\w+\.yaml:\d+).*/, '$1')),
  ).toEqual(['bad.yaml:7', ...Array.from({ length: 30 }, (_, i) => `many.yaml:${11 + i}`)])
  expect(stdout).toMatch(/^ok \S+careful\.yaml: Policy careful\n$/)
})

test('a scenario may go on until the longest horizon of the suites beside it', async () => {
  const late = file('late.yaml', scenario.replace('2m', '40m'))
  expect(await problemsOf(late)).toMatchObject({ exitCode: 78 })
  expect(await problemsOf(late, file('long.yaml', `${suite}  horizon: 1h\n`))).toEqual({ exitCode: 0, problems: [] })
})

test('a template alone is checked as far as that goes without a Rollout', async () => {
  const template = readFileSync(subject('analysis'), 'utf8')
  expect(await problemsOf(subject('analysis'))).toEqual({ exitCode: 0, problems: [] })
  const wrong = file(
    'analysis.yaml',
    template.replace('http_requests_total', 'http_request_total').replace('>= 0.05', '>= oops'),
  )
  const { exitCode, problems } = await problemsOf(wrong)
  expect(exitCode).toBe(78)
  expect(problems).toHaveLength(2)
  expect(problems.join('\n')).toMatch(
    /oops[\s\S]*nobody emits `http_request_total` \(did you mean `http_requests_total`\?\)/,
  )
})

test('the patch of a policy is checked over the manifests given beside it', async () => {
  const patched = file(
    'mine.yaml',
    `${policy}  manifests: { files: [${file('mine-patch.yaml', 'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nspec: { replics: 3 }\n')}] }\n`,
  )
  const { exitCode, stdout, stderr } = await carmine('validate', patched, ...manifests)
  expect(exitCode).toBe(78)
  expect(stderr).toMatch(
    /mine-patch\.yaml:3:9: error: `spec\.replics` is not a field of Rollout \(did you mean `replicas`\?\)\n$/,
  )
  expect(stdout).not.toContain('mine.yaml')
})

test('--lenient warns of what is refused otherwise', async () => {
  const rollout = file(
    'rollout.yaml',
    readFileSync(subject('rollout'), 'utf8').replace(
      '- setWeight: 20',
      '- experiment: { duration: 1m, templates: [] }',
    ),
  )
  const rest = manifests.filter(path => path !== subject('rollout'))
  expect(await problemsOf(rollout, ...rest)).toMatchObject({ exitCode: 78 })
  const { exitCode, stderr } = await carmine('validate', '--lenient', rollout, ...rest)
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringContaining('warning: ') })
})

test.each([
  [folder, /is a folder, and a file is expected/],
  [join(folder, 'none.yaml'), /there is no such file/],
])('%s is refused', async (path, message) => {
  expect(await carmine('validate', path)).toEqual({ exitCode: 78, stdout: '', stderr: expect.stringMatching(message) })
})
