import { expect, it } from 'vitest'
import { failedMetricIn } from './failed-metric.ts'

const approved = [{ template: 'http', metric: 'error-rate' }]

it.each([
  ['Metric "error-rate" assessed Failed due to failed (4) > failureLimit (3)', 'Failed'],
  [
    'RolloutAborted: Rollout aborted update to revision 2: Metric "error-rate" assessed Error due to consecutiveErrors (5)',
    'Error',
  ],
])('reads %s', (message, phase) => {
  expect(failedMetricIn(message, approved)).toEqual({ template: 'http', metric: 'error-rate', phase })
})

it.each([
  'Metric "other" assessed Failed due to failed (4) > failureLimit (3)',
  'Rollout aborted by somebody',
  'Metric "error-rate" assessed Successful due to x',
])('knows nothing of %s', message => expect(failedMetricIn(message, approved)).toBeUndefined())
