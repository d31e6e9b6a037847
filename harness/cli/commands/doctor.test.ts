import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { installCheck, nodeCheck } from '../doctor/base-checks.ts'
import { type Check, isUsable } from '../doctor/check.ts'
import { accessCheck, cgroupCheck, diskCheck, inotifyCheck, k6Check, leftoverCheck } from '../doctor/kind-checks.ts'
import { carmine } from '../fixtures/carmine.ts'
import { renderChecks } from './doctor.ts'

const root = mkdtempSync(join(tmpdir(), 'carmine-doctor-'))
afterAll(() => rmSync(root, { recursive: true }))
afterEach(() => vi.unstubAllEnvs())

test.each([
  ['v22.18.0', 'ok'],
  ['v22.17.9', 'missing'],
  ['v24.0.0', 'ok'],
  ['v9.99.0', 'missing'],
])('Node %s for >=22.18 is %s', (version, status) => {
  expect(nodeCheck(version, '>=22.18')).toMatchObject({ status, found: version })
})

test('an installation counts for the lock file, platform and architecture that it was made for', () => {
  const here = `${process.platform} ${process.arch}`
  const statusWith = (stamp: string) => {
    writeFileSync(join(root, 'node_modules/.carmine-stamp'), stamp)
    return installCheck(root).status
  }
  expect(installCheck(root)).toMatchObject({ status: 'ok', found: 'installed from a registry' })
  writeFileSync(join(root, 'package-lock.json'), '{}')
  expect(installCheck(root).status).toBe('missing')
  mkdirSync(join(root, 'node_modules'))
  const digest = createHash('sha256').update('{}').digest('hex')
  expect(statusWith(`${digest} ${here}\n`)).toBe('ok')
  expect(statusWith(`${digest} plan9 mips\n`)).toBe('missing')
  expect(statusWith(`${digest.replace(/./, 'x')} ${here}\n`)).toBe('missing')
})

test.each([
  [inotifyCheck({ max_user_watches: 524_288, max_user_instances: 512 }), 'ok', /^sudo sysctl $/],
  [
    inotifyCheck({ max_user_watches: 524_288, max_user_instances: 128 }),
    'limited',
    /^sudo sysctl fs\.inotify\.max_user_instances=512$/,
  ],
  [inotifyCheck({}), 'ok', /sysctl/],
  [cgroupCheck('2'), 'ok', /./],
  [cgroupCheck('1'), 'limited', /unified_cgroup_hierarchy/],
  [diskCheck(11 * 2 ** 30), 'ok', /prune/],
  [diskCheck(9 * 2 ** 30), 'limited', /prune/],
  [leftoverCheck([]), 'ok', /^$/],
  [leftoverCheck(['carmine-00c0ffee']), 'limited', /^carmine clean/],
])('%o', (check, status, fix) => {
  expect(check.status).toBe(status)
  expect(check.fix).toMatch(fix)
})

test.each([
  ['required', 'missing', false],
  ['required', 'limited', true],
  ['for kind', 'missing', true],
  ['optional', 'missing', true],
] as const)('something %s that is %s: usable %s', (group, status, usable) => {
  expect(isUsable([{ ...cgroupCheck('2'), group, status }])).toBe(usable)
})

const said = (text: string) => ({ text, problem: '' })
const failed = (problem: string) => ({ text: undefined, problem })
const [dev, group, yes] = [said('dev'), said('{"kind":"APIResourceList"}'), said('yes')]

test.each([
  [dev, group, yes, 'ok', /may make Rollouts/, /^$/],
  [dev, failed('The connection to the server was refused'), yes, 'missing', /^dev: The connection/, /get namespaces/],
  [
    dev,
    failed('Error from server (NotFound): the server could not find the requested resource'),
    yes,
    'missing',
    /^dev: no Argo Rollouts/,
    /--context dev create namespace argo-rollouts; .*apply .* -f install\.yaml/,
  ],
  [dev, group, failed('failed'), 'missing', /may not make Rollouts/, /can-i create rollouts/],
  [failed('current-context is not set'), failed(''), failed(''), 'missing', /no current context/, /get-contexts/],
])('a current context of %o with %o that answers %o is %s', (context, argo, right, status, found, fix) => {
  const check = accessCheck(context, argo, right, 'install.yaml')
  expect(check).toMatchObject({ status, found: expect.stringMatching(found), fix: expect.stringMatching(fix) })
})

test.each([
  [said('sha256:1'), 'ok', 'image k6:1; here v1.8.1'],
  [failed('Error response from daemon: No such image: k6:1'), 'limited', 'image k6:1 is not here; here v1.8.1'],
  [failed('not on the PATH'), 'ok', 'image k6:1; here v1.8.1'],
])('of the image of k6 %o makes it %s', (there, status, found) => {
  expect(k6Check(said('k6 v1.8.1 (go1.26)'), there, 'k6:1')).toMatchObject({
    status,
    found,
    fix: expect.stringMatching(/docker pull k6:1/),
  })
})

test('what is wrong is told with its reason and what to do, within 100 columns', () => {
  const check: Check = { ...cgroupCheck('1'), group: 'for kind' }
  const text = renderChecks([nodeCheck('v24.0.0', '>=22.18'), check], false)
  expect(text).toMatch(
    /REQUIRED\n✔ node {5}v24\.0\.0\n\nFOR KIND\n! cgroups {2}version 1\n {11}needed: version 2\n {11}why: /,
  )
  expect(Math.max(...text.split('\n').map(line => line.length))).toBeLessThanOrEqual(100)
})

test.each<[string, (readonly [Check['group'], Check['status']])[], string]>([
  ['a machine without node', [['required', 'missing']], 'nothing runs here yet'],
  ['one that lacks something for kind', [['for kind', 'missing']], 'runs on kind do not yet: cgroups'],
  ['one that is tight for kind', [['for kind', 'limited']], 'runs on kind go here, the latter with limits: cgroups'],
  ['one without a cluster of its own', [['optional', 'missing']], 'simulated runs and runs on kind go here\n'],
])('%s is told at the end what it can run', (_, found, verdict) => {
  const checks = found.map(([group, status]) => ({ ...cgroupCheck('2'), group, status }))
  expect(renderChecks(checks, false)).toContain(verdict)
})

test('a machine without docker, kind and kubectl is told so, and is good enough', async () => {
  vi.stubEnv('PATH', '/nowhere')
  const { exitCode, stdout } = await carmine('doctor', '--json')
  const { usable, checks } = JSON.parse(stdout) as { usable: boolean; checks: Check[] }
  expect({ exitCode, usable }).toEqual({ exitCode: 0, usable: true })
  const missing = checks.filter(({ status }) => status === 'missing').map(({ name }) => name)
  expect(missing).toEqual(['git', 'docker', 'kind', 'kubectl', 'xk6', 'your cluster'])
})
