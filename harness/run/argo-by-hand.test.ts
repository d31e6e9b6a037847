import { expect, test } from 'vitest'
import { stockArgoSubject, subjectOf } from '../../clusters/sim/fixtures/subject.ts'
import { argoAlone, errorsOf, eventsOf, type Trial, trialOf } from './fixtures/trials.ts'

/** Deploys come at 2 min; from a change to the end of the Rollout controller's pass, and of the AnalysisRun controller's. */
const deployMs = 120_000
const rolloutPassMs = 80
const analysisPassMs = 100
/** A timer fires just after its time. */
const justAfterMs = 1

const always = errorsOf(1)

function argoAborts(trial: Trial) {
  return eventsOf(trial, 'rollout.aborted').map(({ t, data }) => [t, data.actor])
}

function wholeSecond(ms: number) {
  return Math.floor(ms / 1000) * 1000
}

test('the shipped analysis aborts at the fourth of its measurements that fail', () => {
  const trial = trialOf(always, { row: argoAlone })
  // The controller sees the new revision, makes the run in its next pass, and the run starts in the pass after that: 120.26 s, which the
  // API keeps as 120 s. Then initialDelay 60 s: the first measurement is due at 180 s. Canary pods serve since 130 s, so that the
  // window of 60 s holds their errors alone and the ratio is 1.
  const startedMs = wholeSecond(deployMs + 2 * rolloutPassMs + analysisPassMs)
  const firstMs = startedMs + 60_000
  // Three more, each an interval of 30 s after the last: failed (4) > failureLimit (3).
  const fourthMs = firstMs + 3 * 30_000 + justAfterMs
  expect(fourthMs).toBe(270_001)
  const failed = eventsOf(trial, 'analysisRun.changed').find(({ data }) => data.phase === 'Failed')!
  expect(failed.t).toBe(fourthMs)
  expect(failed.data.message).toBe('Metric "error-rate" assessed Failed due to failed (4) > failureLimit (3)')
  expect(argoAborts(trial)).toEqual([[fourthMs + rolloutPassMs, 'argo']])
})

/** First measurement of the stock analysis, a step after the first pause. */
function stockFirstMs(trial: Trial) {
  // The pause begins when the two canary pods are available, and lasts 120 s from the whole second of its start. The step's run is made
  // in the next pass and measures, without initialDelay, as it starts.
  const paused = eventsOf(trial, 'rollout.changed').find(({ data }) => data.phase === 'Paused')!
  return wholeSecond(paused.t) + 120_000 + justAfterMs + rolloutPassMs + analysisPassMs
}

test('the analysis that public repositories have most often aborts at the second measurement that fails', () => {
  const trial = trialOf(errorsOf(0.9), { row: argoAlone, subject: stockArgoSubject() })
  // The second measurement comes an interval of 30 s after the whole second of the first: failed (2) > failureLimit (1).
  const firstMs = stockFirstMs(trial)
  const secondMs = wholeSecond(firstMs) + 30_000 + justAfterMs
  const failed = eventsOf(trial, 'analysisRun.changed').find(({ data }) => data.phase === 'Failed')!
  expect(failed.data.kind).toBe('Step')
  expect(failed.t).toBe(secondMs)
  expect(argoAborts(trial)[0]).toEqual([secondMs + rolloutPassMs, 'argo'])
})

test('where every request fails the same analysis errs instead, and aborts ten seconds later', () => {
  const trial = trialOf(always, { row: argoAlone, subject: stockArgoSubject() })
  // No canary has ever counted a success, so that the numerator is an empty vector and result[0] an index out of range: five Errors, 10 s
  // apart, are one more than consecutiveErrorLimit allows.
  const fifthMs = wholeSecond(stockFirstMs(trial)) + 4 * 10_000 + justAfterMs
  const ended = eventsOf(trial, 'analysisRun.changed').find(({ data }) => data.phase === 'Error')!
  expect(ended.t).toBe(fifthMs)
  expect(argoAborts(trial)[0]).toEqual([fifthMs + rolloutPassMs, 'argo'])
})

const unguarded = {
  name: 'unguarded.yaml',
  text: `
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: error-rate }
spec:
  args: [{ name: namespace }, { name: canary-hash }]
  metrics:
    - name: error-rate
      initialDelay: 60s
      interval: 30s
      failureLimit: 3
      successCondition: result[0] < 0.05
      provider:
        prometheus:
          address: http://prometheus:9090
          query: |
            sum(rate(http_requests_total{rollouts_pod_template_hash="{{args.canary-hash}}", code=~"5.."}[60s]))
            /
            sum(rate(http_requests_total{rollouts_pod_template_hash="{{args.canary-hash}}"}[60s]))
`,
}

test('a good deploy of a service that never returned a 5xx is aborted after five errors of an unguarded template', () => {
  const subject = subjectOf({ templates: [unguarded] })
  const trial = trialOf(errorsOf(1, { baseErrorRatio: 0 }), { variant: 'twin', row: argoAlone, subject })
  // No pod has ever counted a 5xx, so that there is no such series, the quotient is an empty vector, and result[0] an index out of range.
  // An Error is repeated after 10 s, whatever the interval; the fifth in a row is one more than consecutiveErrorLimit allows.
  const errors = eventsOf(trial, 'analysisRun.changed')
    .filter(({ data }) => data.metrics[0]!.phase !== 'Pending')
    .slice(0, 5)
  const firstMs = 180_000
  expect(errors.map(({ t }) => t)).toEqual([
    firstMs,
    firstMs + 10_001,
    firstMs + 20_001,
    firstMs + 30_001,
    firstMs + 40_001,
  ])
  expect(errors.at(-1)!.data.phase).toBe('Error')
  expect(errors.at(-1)!.data.message).toMatch(/consecutiveErrors \(5\) > consecutiveErrorLimit \(4\)/)
  const abortMs = firstMs + 40_001 + rolloutPassMs
  expect(argoAborts(trial)[0]).toEqual([abortMs, 'argo'])
  // A person finds nothing wrong with the release and lets it out again; the same analysis aborts it again, and so on.
  const again = eventsOf(trial, 'operation.finished').filter(({ data }) => data.operation === 'retry')
  expect(again.length).toBeGreaterThanOrEqual(1)
  expect(argoAborts(trial)).toEqual([
    [abortMs, 'argo'],
    ...again.map(({ t }) => [
      wholeSecond(t + rolloutPassMs + analysisPassMs) + 60_000 + 40_001 + rolloutPassMs,
      'argo',
    ]),
  ])
})

test('the same template lets the same deploy pass where the service returns a 5xx now and then', () => {
  const subject = subjectOf({ templates: [unguarded] })
  const trial = trialOf(errorsOf(1, { baseErrorRatio: 0.01 }), { variant: 'twin', row: argoAlone, subject })
  expect(argoAborts(trial)).toEqual([])
  expect(trial.result.facts.endPhase).toBe('Healthy')
})

test('the guarded template lets a deploy of a service without any 5xx pass', () => {
  const trial = trialOf(errorsOf(1, { baseErrorRatio: 0 }), { variant: 'twin', row: argoAlone })
  expect(argoAborts(trial)).toEqual([])
  expect(trial.result.facts.endPhase).toBe('Healthy')
})
