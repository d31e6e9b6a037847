import { afterEach, beforeEach, expect, test } from 'vitest'
import { ApiServer } from '../live/fixtures/api-server.ts'
import { connectKube, type KubeApi } from '../live/kube-api.ts'
import { MissingImage } from './missing-image.ts'
import { healthyRollout, scrapingPrometheus } from './stage-ready.ts'

const namespace = 'trial'
const pod = `/api/v1/namespaces/${namespace}/pods/checkout-1`

let server: ApiServer
let api: KubeApi

beforeEach(async () => {
  server = await ApiServer.start()
  api = await connectKube(server.kubeconfig())
  server.put(`/apis/argoproj.io/v1alpha1/namespaces/${namespace}/rollouts/checkout`, {
    metadata: { name: 'checkout', generation: 1 },
    status: { observedGeneration: '1', phase: 'Progressing' },
  })
})

afterEach(async () => {
  api.close()
  await server.close()
})

const world = () => {
  const { signal } = new AbortController()
  return { api, subjectImage: 'reg.example/subject:1', prometheusImage: 'prom/prometheus', signal }
}

function putPod(image: string, reason: string) {
  server.put(pod, {
    metadata: { name: 'checkout-1' },
    spec: { containers: [{ name: 'checkout', image }] },
    status: { containerStatuses: [{ state: { waiting: { reason, message: 'not found' } } }] },
  })
}

test.each([
  ['the subject', 'reg.example/subject:1', '--subject-image'],
  ['Prometheus', 'prom/prometheus', 'CARMINE_PROMETHEUS_IMAGE'],
  ['a container of the user’s', 'example.com/own', 'the manifests'],
])(
  'an image of %s that cannot be pulled ends the wait at once, with the setting that names another',
  async (_, image, setting) => {
    putPod(image, 'ImagePullBackOff')
    for (const wait of [healthyRollout(world(), namespace, 'checkout'), scrapingPrometheus(world(), namespace)]) {
      const error = await wait.catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(MissingImage)
      expect(error).toMatchObject({ exitCode: 69, message: expect.stringContaining(setting) })
      expect(error).toMatchObject({ message: expect.stringContaining(`cannot pull the image ${image}`) })
    }
  },
)

test('one failed pull is not yet the end', async () => {
  putPod('reg.example/subject:1', 'ErrImagePull')
  const waiting = healthyRollout(world(), namespace, 'checkout')
  await expect.poll(() => server.requests.filter(request => request.endsWith('/pods')).length).toBe(2)
  putPod('reg.example/subject:1', 'ImagePullBackOff')
  await expect(waiting).rejects.toThrow('ImagePullBackOff')
})
