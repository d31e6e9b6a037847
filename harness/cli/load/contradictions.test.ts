import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { carmine } from '../fixtures/carmine.ts'
import { checkFiles } from './check-files.ts'
import { shippedFolder } from './documents.ts'

const folder = mkdtempSync(join(tmpdir(), 'carmine-contradictions-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const head = `apiVersion: carmine/v1alpha1
kind: Scenario
metadata: { name: mine }
spec:
  description: x
  family: x
`
const revert =
  'truth: { page: must, deploy: revert, remedies: [abort], rollbackSafe: true, firstSymptom: errors, cause: x }'
const leave = (remedies: string) =>
  `truth: { page: must, deploy: leave, remedies: ${remedies}, rollbackSafe: true, firstSymptom: errors, cause: x }`
const deployed = (fault: string, rest = '') => `${head}  deploys:
    - at: 2m
      fault: ${fault}
      ${revert}
${rest}`
const incident = (fault: string, truth: string, first = 'at: 1m') => `${head}  incidents:
    - ${first}
      fault: ${fault}
      ${truth}
`
const errors = '{ kind: error-ratio, errorRatio: 10% }'
const route = (name: string) => `{ kind: one-route, route: ${name}, errorRatio: 50% }`
const tenant = (name: string) => `{ kind: one-tenant, tenant: ${name}, errorRatio: 50% }`
const disturbed = (what: string) => deployed(errors, `  scare: x\n  disturbances:\n    - ${what}\n`)
const sick = '{ kind: sick-pod, at: 3m, for: 1m, errorRatio: 50% }'

/** Problems as `word message (hint)`, of the word of the file that each points at. */
function problemsOf(...paths: string[]): string[] {
  return checkFiles(paths, { lenient: false }).problems.map(problem => {
    const { line, column, message, hint } = problem
    const path = paths.find(one => one.endsWith(problem.file.replace(/^.*\//, '')))!
    const [word] = /^[\w-]+/.exec(
      readFileSync(path, 'utf8')
        .split('\n')
        [line - 1]!.slice(column - 1),
    ) ?? ['?']
    return `${word}: ${message}${hint === undefined ? '' : ` (${hint})`}`
  })
}

test.each([
  [
    'a service that is none of the topology',
    disturbed('{ kind: dependency-outage, at: 3m, for: 1m, service: paymets }'),
    ['paymets: there is no service `paymets` (did you mean `payments`?)'],
  ],
  [
    'an outage of the service under test',
    disturbed('{ kind: dependency-outage, at: 3m, for: 1m, service: checkout }'),
    [expect.stringMatching(/^checkout: there is no service `checkout` \(known are gateway, payments, /)],
  ],
  [
    'extra calls that would go in a circle',
    deployed('{ kind: extra-calls, service: gateway, extraCallsPerRequest: 3 }'),
    ['gateway: there is no service `gateway` (known are payments, inventory, catalog, database, cache)'],
  ],
  ['a route that nobody uses', deployed(route('refnd')), ['refnd: there is no route `refnd` (did you mean `refund`?)']],
  [
    "a route that the scenario's own load has not",
    deployed(route('refund'), '  load: { routes: { buy: 80%, refund: 0%, look: 20% } }\n'),
    ['refund: there is no route `refund` (known are buy, look)'],
  ],
  [
    'a tenant that there is not',
    deployed(tenant('tenant-21')),
    [expect.stringMatching(/^tenant-21: there is no tenant `tenant-21` \(did you mean `tenant-1`\?\)$/)],
  ],
  [
    "a tenant that the scenario's own load has not",
    deployed(tenant('tenant-1'), '  load: { tenants: { shares: { acme: 60%, others: 40% } } }\n'),
    ['tenant-1: there is no tenant `tenant-1` (known are acme, others)'],
  ],
  [
    'an interval that ends before it begins',
    disturbed('{ kind: prometheus-down, at: { from: 4m, to: 3m }, for: 1m }'),
    ['3m: `to` lies before `from`'],
  ],
  [
    'a burst after the horizon',
    deployed(errors, '  load: { bursts: [{ at: 40m, for: 1m, factor: 3 }] }\n'),
    ['40m: the burst begins after the horizon (30m)'],
  ],
  [
    'a second sick pod',
    disturbed(`${sick}\n    - ${sick}`),
    ['sick-pod: a second `sick-pod`, of which a trial has one'],
  ],
  [
    'a sick pod of no new version',
    `${incident('{ kind: capacity, capacityFactor: 5% }', leave('[scale]'))}  scare: x
  disturbances: [{ kind: sick-pod, at: 3m, for: 1m, errorRatio: 50% }]
`,
    ['sick-pod: `sick-pod` is about pods of a new version, and there is no deploy'],
  ],
  [
    'a deploy with a flag to switch off',
    deployed(errors).replace('[abort]', '[abort, flagOff]'),
    ['flagOff: `flagOff`, and a deploy has no flag'],
  ],
  [
    'a flag to switch off that there is not',
    incident(errors, leave('[flagOff]')),
    ['flagOff: `flagOff`, and the incident has no flag'],
  ],
  [
    'a flag that nobody is to switch off',
    incident(errors, leave('[scale]'), 'flag: new'),
    ['?: what a flag switches on ends with it: `flagOff` is missing'],
  ],
  [
    'a missing image without a deploy',
    incident('{ kind: wrong-image }', leave('[restart]')),
    ['wrong-image: `wrong-image` is a change of a release, not an incident'],
  ],
  [
    'a limit that is too tight as a fault of a release',
    deployed('{ kind: tight-threshold, limit: 1% }'),
    ['tight-threshold: `tight-threshold` is no fault of a release: it is an incident'],
  ],
  [
    'nothing that happens',
    head,
    [
      'description: nothing happens: there is no deploy and no incident',
      'description: neither a fault nor a `scare`: what would the trials show?',
    ],
  ],
])('%s is told where it stands', (_, text, problems) => {
  expect(problemsOf(file('scenario.yaml', text))).toEqual(problems)
})

test('a route that gets its traffic later is one', () => {
  const load = '  load: { routes: { buy: 100% }, laterRoutes: { at: 8m, routes: { buy: 90%, refund: 10% } } }\n'
  expect(problemsOf(file('later.yaml', deployed(route('refund'), load)))).toEqual([])
})

test('names are those of the topology and the parameters beside the scenario', () => {
  const topology = file(
    'topology.yaml',
    readFileSync(join(shippedFolder, 'topology', 'shop.yaml'), 'utf8').replaceAll('payments', 'billing'),
  )
  const outage = file('o.yaml', disturbed('{ kind: dependency-outage, at: 3m, for: 1m, service: billing }'))
  const parameters = file(
    'p.yaml',
    'apiVersion: carmine/v1alpha1\nkind: Parameters\nmetadata: { name: p }\nspec: { traffic: { tenants: { count: { value: 30 } } } }\n',
  )
  const many = file('t.yaml', deployed(tenant('tenant-21')))
  expect(problemsOf(outage, many)).toHaveLength(2)
  expect(problemsOf(outage, many, topology, parameters)).toEqual([])
})

test.each([
  ['never-ready', '{ kind: never-ready }', 'readinessProbe', 'httpGet readiness probe'],
  ['memory-leak', '{ kind: memory-leak, leakedKiBPerRequest: 90 }', 'limits', 'memory limit'],
])(
  '%s is refused on a Rollout where it would not show, by validate and run alike',
  async (kind, fault, key, missing) => {
    const subject = (name: string) => join(shippedFolder, 'subject', `${name}.yaml`)
    const rollout = readFileSync(subject('rollout'), 'utf8')
    const scenario = file('scenario.yaml', deployed(fault))
    const rest = ['services', 'payments', 'analysis', 'telemetry'].map(subject)
    const told = `${kind}: \`${kind}\` would never show: the first container of Rollout checkout has no ${missing}`
    const without = file('rollout.yaml', withoutKey(rollout, key))
    expect(problemsOf(scenario, file('whole.yaml', rollout), ...rest)).toEqual([])
    expect(problemsOf(scenario, without, ...rest)).toEqual([told])
    const others = rest.slice(0, -1)
    const { exitCode, stderr } = await carmine(
      ...['run', '--scenario', scenario, '--rollout', without, '--analysis', ...others, '--seeds', '1'],
    )
    expect({ exitCode, stderr }).toEqual({ exitCode: 78, stderr: expect.stringContaining(told.slice(kind.length + 2)) })
  },
)

/** Takes a key of a map out, with the lines that are indented more. */
function withoutKey(text: string, key: string): string {
  return text.replace(new RegExp(`^( +)${key}:.*\\n(?:\\1 +.*\\n)*`, 'm'), '')
}
