/** Which policies the page tells of, and what is compared with what. */
export const practicePolicies = {
  reference: 'careful',
  gates: ['no-analysis', 'stock-argo-unscoped', 'stock-argo', 'docs-grade', 'one-box'],
  changes: [
    { before: 'stock-argo-unscoped', after: 'stock-argo' },
    { before: 'stock-argo', after: 'stock-argo-guarded' },
    { before: 'stock-argo', after: 'stock-argo-deadline' },
    { before: 'stock-argo', after: 'stock-argo-latency' },
    { before: 'stock-argo', after: 'stock-argo-compared' },
    { before: 'stock-argo', after: 'stock-argo-mended' },
  ],
  anchors: ['null', 'clairvoyant'],
} as const

const analysisDocs = '[Analysis](https://argo-rollouts.readthedocs.io/en/stable/features/analysis/)'

/** What each gate is, and where it comes from. Shares are of the tally that the page describes. */
export const gateSources: Readonly<Record<string, { readonly is: string; readonly from: string }>> = {
  'no-analysis': {
    is: 'Weights 20 and 50 with pauses of 30 s; nothing is measured.',
    from: '13 of 22 public canary Rollouts have no analysis. The first timed pause of public Rollouts is 30 s in the median.',
  },
  'stock-argo-unscoped': {
    is: 'Success rate of the service at least 95 %, windows of a minute, three looks 30 s apart, of which one may fail; at weights 20 and 50 after pauses of 120 s.',
    from: `66 of 78 public templates do not select the canary; of 31 limits of success that can be read, 27 are 95 %. So is that of the first example in Argo Rollouts' own ${analysisDocs}, whose query selects a service.`,
  },
  'stock-argo': {
    is: 'The same, of the canary alone.',
    from: '12 of 78 public templates select the canary.',
  },
  'docs-grade': {
    is: 'Success rate of the canary at least 99 %, five windows of a minute, of which two may fail, guarded against no data; at weights 10, 25 and 50.',
    from: `As guides write it: five looks a minute apart stand in ${analysisDocs}; 3 of 31 public limits are 99 %.`,
  },
  'one-box': {
    is: 'One pod of ten for ten minutes, then one look: errors below 1 %, answers slower than half a second below 5 %, at least 100 requests.',
    from: 'After Liguori, [Automating safe, hands-off deployments](https://aws.amazon.com/builders-library/automating-safe-hands-off-deployments/) (2020), which bakes an hour. How many do so is not known.',
  },
  careful: {
    is: "carmine's default policy at L1: an engine beside the Rollout that compares versions, watches pods, requests in flight, error budget and probes, also after promotion; with the manifests' own analysis live (canary's errors from 5 % on, in the background).",
    from: 'This repository: [careful.yaml](../scenarios/policies/careful.yaml). Nobody is known to ship it.',
  },
}

/** What changes from one manifest to the next, as an instruction. */
export const changeTexts: Readonly<Record<string, string>> = {
  'stock-argo': 'Select the canary in the query: `rollouts_pod_template_hash="{{args.canary-hash}}"`',
  'stock-argo-guarded':
    'Fail on a bad number and on nothing else: `failureCondition: len(result) > 0 && result[0] < 0.95` instead of a success condition, `consecutiveErrorLimit: 12`',
  'stock-argo-deadline':
    'Abort what does not become Ready: `progressDeadlineSeconds: 180`, `progressDeadlineAbort: true`',
  'stock-argo-latency': 'Add the usual limit of latency: 95th percentile below 0.5 s',
  'stock-argo-compared':
    'Compare with stable: errors less than 2 points above it, 95th percentile less than 1.5 times its own',
  'stock-argo-mended': 'Guards, deadline and comparison together',
}
