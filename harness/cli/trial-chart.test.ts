import { expect, test } from 'vitest'
import { append, createTrialLog, framesOf, readEvents } from '../model/trial-log.ts'
import { renderTrialChart } from './trial-chart.ts'

const rollout = {
  name: 'checkout',
  phase: 'Healthy',
  message: '',
  revision: 1,
  currentHash: 'aaa',
  stableHash: 'aaa',
  currentStepIndex: 0,
  stepCount: 0,
  updatedReplicas: 10,
  updatedAvailable: 10,
  replicas: 10,
  aborted: false,
  held: false,
  irreversible: false,
}
const release = {
  deploy: 0,
  release: 'deploy',
  revision: 2,
  podTemplateHash: 'bbb',
  file: 'rollout.yaml',
  key: 'image',
}
const pod = { podTemplateHash: 'bbb', phase: 'Running', waitingReason: '', ready: true, lastTerminationReason: '' }

/** r2 has 2 of 10 pods from 2:00 to 3:00, and a fifth of its requests fail; the engine aborts at 2:30, argo at 2:35. */
function events() {
  const log = createTrialLog()
  append(log, 0, 'rollout.changed', rollout)
  append(log, 0, 'traffic.shifted', { versions: [{ podTemplateHash: 'aaa', pods: 10 }] })
  const shift = (t: number, stable: number, canary: number) =>
    append(log, t, 'traffic.shifted', {
      versions: [
        { podTemplateHash: 'aaa', pods: stable },
        ...(canary > 0 ? [{ podTemplateHash: 'bbb', pods: canary }] : []),
      ],
    })
  for (let t = 10_000; t <= 600_000; t += 10_000) {
    const hasCanary = t > 120_000 && t <= 180_000
    if (t === 120_000) {
      append(log, t, 'release.updated', { ...release, fromValue: 'a', toValue: 'b', alsoChanged: [] })
      shift(t, 8, 2)
    }
    if (t === 150_000) {
      append(log, t, 'page.sent', { effectId: 'e1', blames: 'bbb', reason: 'errors' })
      append(log, t, 'operation.started', {
        effectId: 'e2',
        actor: 'engine',
        operation: 'abort',
        podTemplateHash: 'bbb',
      })
      append(log, t, 'rollout.aborted', { actor: 'engine', podTemplateHash: 'bbb', message: '' })
    }
    if (t === 160_000) append(log, t, 'pod.changed', { ...pod, name: 'p1', restarts: 1 })
    if (t === 170_000) append(log, t, 'rollout.aborted', { actor: 'argo', podTemplateHash: 'bbb', message: '' })
    if (t === 180_000) shift(t, 10, 0)
    const version = (podTemplateHash: string, requests: number, errors: number, slow: number) => ({
      podTemplateHash,
      pods: 1,
      requests,
      errors,
      latency: [],
      inFlight: 0,
      byPod: hasCanary ? [{ pod: 'p', requests, errors, slow }] : [],
    })
    append(log, t, 'look.taken', {
      fromMs: t - 10_000,
      toMs: t,
      versions: [version('aaa', 100, 0, 0), ...(hasCanary ? [version('bbb', 20, 4, 10)] : [])],
      services: [{ service: 'checkout', requests: 100, errors: 0, slow: 0 }],
    })
  }
  return [...readEvents(framesOf(log))]
}

const instants = { deployed: 120_000, onset: 120_000, detected: 150_000, acted: 150_000, resolved: 5_000_000 }
const chart = (columns: number) => renderTrialChart(events(), { instants, horizonMs: 600_000, columns })

test('a trial of two versions in 80 columns', () => {
  const solid = (bars: string, n: number) => bars.repeat(n)
  expect(chart(80).split('\n')).toEqual([
    '                 |2:00       |4:00       |6:00       |8:00',
    'instants         1  3',
    '                 2  4',
    `errors r1  ${solid('▁', 54)}  to 0%`,
    `errors r2        ${solid('█', 6)}${' '.repeat(44)}to 20%`,
    `slow r1    ${solid('▁', 54)}  to 0%`,
    `slow r2          ${solid('█', 6)}${' '.repeat(44)}to 50%`,
    `weight r2        ${solid('▂', 6)}${' '.repeat(44)}to 20%`,
    `pods r1    ${solid('█', 6)}${solid('▇', 6)}${solid('█', 42)}  to 10`,
    `pods r2          ${solid('▂', 6)}${' '.repeat(44)}to 2`,
    'engine              p',
    '                    a',
    'argo                  a',
    'kubelet              r',
    'a column is 10 s; p page; a abort; r restart',
    '',
  ])
})

test.each([80, 100, 140])('it fits %i columns', columns => {
  expect(
    Math.max(
      ...chart(columns)
        .split('\n')
        .map(line => line.length),
    ),
  ).toBeLessThanOrEqual(columns)
})

test('without an onset that was missed the chart ends soon after the last thing that happened', () => {
  const all = events()
  const narrow = renderTrialChart(all, { instants, horizonMs: 4_000_000, columns: 80 })
  expect(narrow).toContain('nothing from 10:20.0 to the horizon')
  const missed = { ...instants, detected: null }
  expect(renderTrialChart(all, { instants: missed, horizonMs: 4_000_000, columns: 80 })).not.toContain('nothing from')
})
