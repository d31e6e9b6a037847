import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readManifests } from './read-manifests.ts'

const subject = ['rollout', 'services', 'payments', 'analysis', 'telemetry'].map(name => ({
  name: `${name}.yaml`,
  text: readFileSync(new URL(`../../scenarios/subject/${name}.yaml`, import.meta.url), 'utf8'),
}))

const spec = `
  scaleTargetRef: { apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: checkout }
  minReplicas: 4
  maxReplicas: 20
  metrics:
    - type: Resource
      resource: { name: cpu, target: { type: Utilization, averageUtilization: 60 } }
  behavior:
    scaleUp: { policies: [{ type: Pods, value: 2, periodSeconds: 60 }], selectPolicy: Min }
    scaleDown: { stabilizationWindowSeconds: 60 }`

const autoscalerOf = (text: string, name = 'hpa') => ({
  name: `${name}.yaml`,
  text: `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: ${name} }\nspec:${text}\n`,
})

const read = (...files: { name: string; text: string }[]) => readManifests([...subject, ...files])

test('an autoscaler of the Rollout is read as it stands, and none is needed', () => {
  const { manifests, problems } = read(autoscalerOf(spec))
  expect(problems).toEqual([])
  expect(manifests!.autoscaler!.spec).toMatchObject({ minReplicas: 4, maxReplicas: 20 })
  expect(manifests!.autoscaler!.spec.behavior!.scaleUp!.policies).toEqual([
    { type: 'Pods', value: 2, periodSeconds: 60 },
  ])
  expect(read().manifests!.autoscaler).toBeUndefined()
})

test('one that scales something else is listed and changes nothing', () => {
  const { manifests, inert } = read(autoscalerOf(spec.replace('name: checkout', 'name: payments')))
  expect(manifests!.autoscaler).toBeUndefined()
  expect(inert).toContainEqual({
    reason: 'it does not scale the Rollout',
    fields: ['HorizontalPodAutoscaler hpa'],
  })
})

test.each<[string, string, string, string]>([
  ['minReplicas', '4', '0', 'is below 1'],
  ['maxReplicas', '20', '3', 'is below `spec.minReplicas` (4)'],
  ['a resource', 'name: cpu', 'name: memory', 'only `cpu`'],
  ['a target', 'type: Utilization', 'type: AverageValue', 'needs `type: Utilization`'],
  ['a value as target', 'averageUtilization: 60', 'averageValue: 500m', 'is not supported'],
  ['a metric of pods', 'type: Resource', 'type: Pods', 'metrics of type `Pods` are not supported'],
  ['a policy', 'type: Pods', 'type: Pod', 'expected Pods or Percent, got `Pod`'],
  ['a period', 'periodSeconds: 60', 'periodSeconds: 3000', 'from 1 to 1800'],
  ['a selection', 'selectPolicy: Min', 'selectPolicy: Least', 'expected Max, Min or Disabled'],
  ['a window', 'WindowSeconds: 60', 'WindowSeconds: 6000', 'from 0 to 3600'],
  ['an unknown field', 'behavior', 'behaviour', 'is not a field of HorizontalPodAutoscaler'],
])('%s that cannot be used is told', (_, from, to, message) => {
  const text = spec.replace(from, to)
  const { manifests, problems } = read(autoscalerOf(text))
  expect(manifests).toBeUndefined()
  expect(problems.map(problem => problem.message).join('\n')).toContain(message)
  expect(problems.every(({ file, line }) => file === 'hpa.yaml' && line > 4)).toBe(true)
})

test('a second one is told, and a container without a request', () => {
  expect(read(autoscalerOf(spec), autoscalerOf(spec, 'other')).problems).toMatchObject([
    { file: 'other.yaml', message: 'a second HorizontalPodAutoscaler of the Rollout, after `hpa`' },
  ])
  const idle = subject.map(({ name, text }) => ({
    name,
    text: name === 'rollout.yaml' ? text.replaceAll(/\{ cpu: [^,]*, /g, '{ ') : text,
  }))
  expect(readManifests([...idle, autoscalerOf(spec)]).problems).toMatchObject([
    { file: 'rollout.yaml', message: expect.stringContaining('requests none') },
  ])
})
