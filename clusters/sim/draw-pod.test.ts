import { expect, test } from 'vitest'
import { shippedParameters } from '../../harness/model/fixtures/parameters.ts'
import { drawPod, type PodRelease, podNoise } from './draw-pod.ts'

const noise = podNoise(1, 'test')
const { kubernetes } = shippedParameters
const release: PodRelease = {
  revision: 2,
  behaviour: { exitAfterMs: null },
  imageExists: true,
  configExists: true,
  probePathExists: true,
  imageKnown: true,
}
const template = {
  spec: {
    terminationGracePeriodSeconds: 20,
    containers: [
      {
        name: 'app',
        image: 'app:2',
        ports: [{ name: 'http', containerPort: 8080 }],
        readinessProbe: { httpGet: { port: 'http', path: '/ready' }, periodSeconds: 5 },
        env: [{ name: 'LIMITS', valueFrom: { configMapKeyRef: { name: 'app-config', key: 'limits' } } }],
      },
    ],
  },
}
const draw = (change: Partial<PodRelease> = {}, ordinal = 0, node = 0) =>
  drawPod(noise, kubernetes, { ...release, ...change }, { ordinal, node }, template, 'shop')

test('the template says what the kubelet does', () => {
  const { container, pullMs } = draw()
  expect(pullMs).toBe(0)
  expect(container).toMatchObject({ name: 'app', image: 'app:2', gracePeriodMs: 20_000, configError: '' })
  expect(container!.probes).toEqual({
    readiness: {
      initialDelayMs: 0,
      periodMs: 5000,
      timeoutMs: 1000,
      successThreshold: 1,
      failureThreshold: 3,
      gracePeriodMs: null,
      request: { port: 8080, path: '/ready' },
      tcpPort: null,
    },
  })
})

test('what a release refers to and is not there', () => {
  expect(draw({ imageExists: false }).pullMs).toBeNull()
  expect(draw({ configExists: false }).container!.configError).toBe(
    "couldn't find key limits in ConfigMap shop/app-config",
  )
  expect(draw({ probePathExists: false }).container!.readinessPathMissing).toBe(true)
})

test('a new image is on some nodes and takes as long on a node for every pod', () => {
  const pulls = Array.from({ length: 200 }, (_, node) => draw({ imageKnown: false }, 0, node).pullMs!)
  const present = pulls.filter(pullMs => pullMs === 0).length / pulls.length
  expect(present).toBeGreaterThan(0.25)
  expect(present).toBeLessThan(0.45)
  expect(draw({ imageKnown: false }, 7, 3).pullMs).toBe(pulls[3])
})

test('two releases that differ in what they do have pods that take the same times', () => {
  const { exitMs: _, ...faulty } = draw({ behaviour: { exitAfterMs: 2000 } })
  const { exitMs: __, ...twin } = draw()
  expect(faulty).toEqual(twin)
})
