import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readManifests } from './read-manifests.ts'

const shipped = ['rollout', 'services', 'payments', 'analysis', 'telemetry'].map(name => ({
  name: `${name}.yaml`,
  text: readFileSync(new URL(`../../scenarios/subject/${name}.yaml`, import.meta.url), 'utf8'),
}))

/** The shipped files, with more at the first container, in the pods, in the canary, or beside them. */
function withMore({ container = '', pod = '', canary = '', files = '', edit = ['', ''] as [string, string] }) {
  const rollout = shipped[0]!.text
    .replace('          imagePullPolicy: IfNotPresent\n', `${container && `          ${container}\n`}`)
    .replace(
      '      terminationGracePeriodSeconds: 30\n',
      `      terminationGracePeriodSeconds: 30\n${pod && `      ${pod}\n`}`,
    )
    .replace('      maxSurge: 25%\n', `      maxSurge: 25%\n${canary && `      ${canary}\n`}`)
    .replace(...edit)
  return [
    { name: 'rollout.yaml', text: rollout },
    ...shipped.slice(1),
    ...(files === '' ? [] : [{ name: 'more.yaml', text: files }]),
  ]
}

const service = (name: string, more = '') =>
  `---\napiVersion: v1\nkind: Service\nmetadata: { name: ${name} }\nspec: { selector: { app: checkout }, ports: [{ port: 80 }]${more} }\n`
const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { limits: "3" }\n'
const env = (key: string) => `{ name: LIMIT, valueFrom: { configMapKeyRef: { name: settings, key: ${key} } } }`
const readiness = 'httpGet: { path: /ready, port: http }\n            initialDelaySeconds: 5'

test.each<[string, Parameters<typeof withMore>[0], string]>([
  ['another restartPolicy', { pod: 'restartPolicy: Never' }, 'takes Always alone'],
  ['a deadline', { pod: 'activeDeadlineSeconds: 60' }, 'Kubernetes takes it in no pod of a ReplicaSet'],
  ['a readiness gate', { pod: 'readinessGates: [{ conditionType: x }]' }, 'no pod would ever be ready'],
  ['a scheduling gate', { pod: 'schedulingGates: [{ name: x }]' }, 'no pod would ever start'],
  ['the network of the node', { pod: 'hostNetwork: true' }, 'fits one pod a node'],
  [
    'pods that must be apart',
    {
      pod: 'affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: zone }] } }',
    },
    'prefer, and do not require it',
  ],
  [
    'an init container that is asked',
    { pod: 'initContainers: [{ name: proxy, readinessProbe: {} }]' },
    'besides the first one',
  ],
  ['limits of the pod', { pod: 'resources: { limits: { cpu: 1 } }' }, 'write them at the container'],
  ['images that are never pulled', { container: 'imagePullPolicy: Never' }, 'simulated nodes pull images'],
  ['another policy', { container: 'imagePullPolicy: Sometimes' }, 'expected Always, IfNotPresent or Never'],
  [
    'two ways to ask',
    { edit: [readiness, `${readiness}\n            exec: { command: [x] }`] },
    'this one has httpGet, exec',
  ],
  ['no way to ask', { edit: [readiness, 'initialDelaySeconds: 5'] }, 'this one has none'],
  ['a wait before the beginning', { edit: [readiness, readiness.replace('5', '-5')] }, 'is below 0'],
  [
    'two successes of a startup probe',
    { container: 'startupProbe: { tcpSocket: { port: http }, successThreshold: 2 }' },
    'is 1, not 2',
  ],
  ['a TCP probe of no port', { container: 'startupProbe: { tcpSocket: { port: web } }' }, 'no port `web`'],
  ['a probe of another host', { edit: ['port: http }', 'port: http, host: other }'] }, 'ask the pod itself'],
  [
    'a grace period of a readiness probe',
    { edit: [readiness, `${readiness}\n            terminationGracePeriodSeconds: 5`] },
    'in no readiness probe',
  ],
  ['a quantity that is none', { edit: ['memory: 48Mi', 'memory: 48MB'] }, '`48MB` is no quantity'],
  ['a request above its limit', { edit: ['cpu: 10m', 'cpu: 2'] }, 'requests more `cpu` (2) than its limit (500m)'],
  [
    'a sleep beyond the grace period',
    { container: 'lifecycle: { preStop: { sleep: { seconds: 31 } } }' },
    'from 0 to terminationGracePeriodSeconds (30)',
  ],
  ['a hook at the start', { container: 'lifecycle: { postStart: { sleep: { seconds: 1 } } }' }, 'waits for no hook'],
  [
    'a key that is not in its ConfigMap',
    { edit: ['- { name: PAYMENTS_URL', `- ${env('limit')}\n            - { name: PAYMENTS_URL`], files: configMap },
    'no key `limit`, so that no pod would start (did you mean `limits`?)',
  ],
  [
    'a Service of each version and none of both',
    { canary: 'stableService: checkout' },
    '`checkout` gets the pods of one version, and no Service those of both',
  ],
  [
    'requests to pods that are not ready',
    { files: service('all', ', publishNotReadyAddresses: true') },
    'go to ready pods alone',
  ],
  ['callers that stay with a pod', { files: service('all', ', sessionAffinity: ClientIP') }, 'are spread one by one'],
])('%s is told with its place', (_, change, message) => {
  const { manifests, problems } = readManifests(withMore(change))
  expect(manifests).toBeUndefined()
  const found = problems.map(({ message, hint }) => (hint === undefined ? message : `${message} (${hint})`))
  expect(found.join('\n')).toContain(message)
  expect(problems.every(({ line, file }) => line > 1 && /rollout|more/.test(file))).toBe(true)
})

test.each<[string, Parameters<typeof withMore>[0]]>([
  [
    'a key that is there',
    { edit: ['- { name: PAYMENTS_URL', `- ${env('limits')}\n            - { name: PAYMENTS_URL`], files: configMap },
  ],
  [
    'a ConfigMap that is elsewhere',
    { edit: ['- { name: PAYMENTS_URL', `- ${env('limits')}\n            - { name: PAYMENTS_URL`] },
  ],
  ['a Service of each version beside one of both', { canary: 'stableService: stable', files: service('stable') }],
  ['what holds anyway', { pod: 'restartPolicy: Always', files: service('all', ', sessionAffinity: None') }],
  [
    'numbers that are 0, and stand for the default',
    { edit: [readiness, `${readiness}\n            failureThreshold: 0`] },
  ],
  ['another container, and one before them', { pod: 'initContainers: [{ name: migrate, image: x }]' }],
])('%s is no problem', (_, change) => {
  expect(readManifests(withMore(change)).problems).toEqual([])
})

test('a command that does not sleep is said to take no time', () => {
  const inert = (command: string) =>
    readManifests(withMore({ container: `lifecycle: { preStop: { exec: { command: [${command}] } } }` })).inert.flatMap(
      ({ fields }) => fields.filter(field => field.includes('preStop')),
    )
  expect(inert('sleep, "5"')).toEqual([])
  expect(inert('sh, -c, "sleep 5"')).toEqual([])
  expect(inert('nginx, -s, quit')).toEqual(['Rollout checkout: spec.template.spec.containers[].lifecycle.preStop.exec'])
})

test('a Rollout without pods has nothing to show', () => {
  const { problems } = readManifests(withMore({ edit: ['replicas: 10', 'replicas: 0'] }), { lenient: true })
  expect(problems.map(({ line, message }) => [line, message])).toEqual([
    [8, '`spec.replicas` is 0: a trial needs pods that serve'],
  ])
})
