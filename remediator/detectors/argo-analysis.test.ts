import { describe, expect, it } from 'vitest'
import type { AnalysisRunView } from '../../harness/model/observation.ts'
import { argoAnalysis } from './argo-analysis.ts'
import type { DetectorContext } from './detector.ts'

const context = { judgedHash: 'new', stableHash: 'old' } as DetectorContext
type Phase = AnalysisRunView['phase']

function reasonFor(tuning: object, phase: Phase, metrics: [string, Phase, boolean][], hash = 'new') {
  const chosen = argoAnalysis.tuning.parse(tuning)
  const state = argoAnalysis.create(chosen, context)
  const run: AnalysisRunView = {
    name: 'checkout-new-2',
    kind: 'Background',
    podTemplateHash: hash,
    phase,
    message: 'failed (1) > failureLimit (0)',
    metrics: metrics.map(([name, metricPhase, dryRun]) => ({ name, phase: metricPhase, dryRun })),
  }
  const finding = argoAnalysis.observe(state, chosen, { type: 'analysisRun.changed', t: 0, run }, context)
  expect(argoAnalysis.score(state)).toBe(finding === undefined ? 0 : 1)
  return finding?.reason
}

const metricReason = 'metric errors of analysis run checkout-new-2 ended Failed'

describe('the argo-analysis detector', () => {
  it.each<[string, object, Phase, [string, Phase, boolean][], string | undefined]>([
    ['a metric that failed', {}, 'Running', [['errors', 'Failed', false]], metricReason],
    ['one that failed while it ran dry', {}, 'Successful', [['errors', 'Failed', true]], metricReason],
    ['no dry one if so tuned', { dryRun: false }, 'Successful', [['errors', 'Failed', true]], undefined],
    ['no metric that runs', {}, 'Running', [['errors', 'Running', false]], undefined],
    ['no inconclusive one', {}, 'Inconclusive', [['errors', 'Inconclusive', false]], undefined],
    [
      'an inconclusive one if so tuned',
      { phases: ['Inconclusive'] },
      'Inconclusive',
      [['errors', 'Inconclusive', false]],
      'metric errors of analysis run checkout-new-2 ended Inconclusive',
    ],
    ['only the metrics that are named', { metrics: ['latency'] }, 'Failed', [['errors', 'Failed', false]], undefined],
    ['no metric where the run counts', { of: 'run' }, 'Running', [['errors', 'Failed', false]], undefined],
    [
      'the run where that counts',
      { of: 'run' },
      'Error',
      [],
      'analysis run checkout-new-2 ended Error: failed (1) > failureLimit (0)',
    ],
  ])('finds %s', (_, tuning, phase, metrics, reason) => {
    expect(reasonFor(tuning, phase, metrics)).toBe(reason)
  })

  it('ignores the runs of other revisions', () => {
    expect(reasonFor({}, 'Failed', [['errors', 'Failed', false]], 'old')).toBeUndefined()
  })
})
