/** What the words of the report mean, by the name that they are linked with. */
const definitions = {
  level: {
    title: 'Level',
    text: 'CARM, the maturity of automatic remediation. L0: people do everything, automation only pages. L1: hold, abort and undo the deploy. L2: and a diagnosis with evidence. L3: and a pull request of one file. L4: and safe actions that the gate allows, verified, else undone.',
  },
  policy: {
    title: 'Policy',
    text: 'What is under test: detectors with their tuning, which of them decide, budgets, safe actions and gates.',
  },
  anchor: {
    title: 'Anchor',
    text: 'A reference that gives every number its scale, at L1: null never acts and nobody notices; always-roll-back takes every deploy back; random flips a coin; clairvoyant knows the truth; stock-argo is the analysis of the manifests alone.',
  },
  criterion: {
    title: 'Criterion',
    text: 'A bound that the run has to show. It is decided by a one-sided 95 % bound: exact for rates and for quantiles of times, by the bootstrap for means. Inconclusive: the trials do not decide it either way.',
  },
  interval: {
    title: '95 % interval',
    text: 'The line through a dot: where the true figure lies, at 95 % confidence. Rates by Wilson, medians by Brookmeyer and Crowley, means by bootstrap or Greenwood.',
  },
  verdict: {
    title: 'Verdict',
    text: 'Pass: the trials show it. Fail: they show the opposite. Inconclusive: with these trials neither is shown.',
  },
  bound: { title: 'Has to be', text: 'The side of the bound on which the criterion passes.' },
  trials: { title: 'Trials', text: 'Trials, or pairs of them, that a figure is made from.' },
  scenario: {
    title: 'Scenario',
    text: 'What happens in a trial: a load, one or more deploys, and a fault, or something that only looks bad.',
  },
  why: { title: 'Why', text: 'What makes the trial worth looking at: what went wrong, or what it is typical of.' },
  observed: { title: 'Observed', text: 'What the trials of this run show.' },
  recall: {
    title: 'Recall',
    text: 'Share of the faulty trials that engine or Argo rolled back before the horizon, of those in which a rollback was right.',
  },
  twin: {
    title: 'Twin',
    text: 'The same trial with a harmless change of the same shape instead of the faulty one: same seed, load and noise.',
  },
  scare: {
    title: 'Scare',
    text: 'A trial in which something looks bad that is not the deploy’s fault, such as a noisy neighbour or an outage elsewhere.',
  },
  falsePositives: { title: 'False positives', text: 'Share of the healthy twins in which an alarm blames the deploy.' },
  worstScare: { title: 'Worst scare', text: 'The same share in the scare with the highest one.' },
  falseActions: {
    title: 'False actions',
    text: 'Share of the controls in which engine or Argo did something that is no remedy. A hold is none: it costs minutes of a good release instead.',
  },
  argoAlone: {
    title: 'By Argo alone',
    text: 'Of the false alarms those that only the analysis of the manifests raised; the engine raised none.',
  },
  detect: {
    title: 'Time to detect',
    text: 'From the onset, when the fault touches the first request or pod, to the first alarm that blames the deploy. Median; what is never detected counts as not reached.',
  },
  fdrt: {
    title: 'FDRT',
    text: 'Failed deployment recovery time: from the onset to the end of the last request or pod that the fault touched. Median, and a tick at the 95th percentile.',
  },
  resolve: {
    title: 'Time to resolve',
    text: 'From the onset until the intended change is live and healthy, people’s work included. Median, followed for 24 hours.',
  },
  badRequests: {
    title: 'Bad requests',
    text: 'Requests failed, hung or slower than the objective, minus those of the twin, over all services, a faulty trial, up to the horizon.',
  },
  goodMinutes: {
    title: 'Good release minutes lost',
    text: 'What a healthy deploy takes longer to be live than without anybody acting, on twins; a mean.',
  },
  notReached: {
    title: 'Not reached',
    text: 'Fewer than half of the trials got there before they ended: the median lies beyond the horizon. Such trials are counted, never left out.',
  },
  same: { title: '= L1', text: 'Every event of every trial was the same as at the level below, so all figures are.' },
  heldOut: {
    title: 'Held out',
    text: 'Families of scenarios that no rule was made or tuned for. They are in no figure of the levels and in no criterion.',
  },
  split: {
    title: 'The parts of FDRT',
    text: 'Detect: onset to detection. Decide: to the start of the action that ended it. Execute: until that is done. Settle: until the last request that the fault touched has ended. Restricted means, which add up.',
  },
  restrictedMean: { title: 'Restricted mean', text: 'Mean time in which what is not reached counts as the horizon.' },
  difference: {
    title: 'Difference',
    text: 'Mean of the paired differences on the same seeds, the higher level minus the lower, with its bootstrap interval. Less is better. Each by itself, not corrected for their number.',
  },
  event: {
    title: 'By',
    text: 'The event in which most of the pairs that came out otherwise part first, and the level whose log has it.',
  },
  cause: {
    title: 'Cause',
    text: 'AC@1: share of the noticed trials in which the diagnosis has the right cause in first place. What is inconclusive names none.',
  },
  diagnosed: { title: 'After', text: 'Median time from the rollback, or else the first page, to the diagnosis.' },
  inconclusive: { title: 'Inconclusive', text: 'Diagnoses that name no cause, as the evidence does not bear one.' },
  wrong: { title: 'Wrong', text: 'Diagnoses that name another cause, and say so with confidence.' },
  blamedScares: {
    title: 'Scares blamed',
    text: 'Share of the scares in which a diagnosis says that the release is the cause.',
  },
  proposals: { title: 'Pull requests', text: 'Opened by the engine, each of one file.' },
  correct: {
    title: 'Correct',
    text: 'Share, of what one file can repair, of proposals that take back what is wrong and keep what the release is for.',
  },
  falseProposals: { title: 'False', text: 'Pull requests in controls, where nothing was wrong.' },
  applied: { title: 'Applied', text: 'Safe actions that the gate let pass and that were carried out.' },
  unsafe: { title: 'Unsafe', text: 'Applied and no remedy: harmful, or not undone and worse than at the level below.' },
  regressions: {
    title: 'Worse',
    text: 'Trials with an applied action that have more bad requests than at the level below.',
  },
  overBlocked: {
    title: 'Over-blocked',
    text: 'Actions that would have remedied, were asked for, and were never let pass.',
  },
  detector: {
    title: 'Detector',
    text: 'Turns looks and events into a score and alarms. Here in the open loop: nobody acts, so none cuts another short.',
  },
  look: {
    title: 'Look',
    text: 'Counts of one interval by version, made from scraped metrics: requests, errors, slow ones.',
  },
  horizon: {
    title: 'Horizon',
    text: 'How long looks are taken: 30 minutes, or the planned rollout and 10 minutes. People are followed for 24 hours.',
  },
  onset: {
    title: 'Onset',
    text: 'The first request or pod that the fault touches, told by a shadow of the same trial without it.',
  },
  errorRatio: {
    title: 'Error ratio',
    text: 'Failed requests over all requests of a version, in a window of half a minute.',
  },
  slowRatio: {
    title: 'Slow ratio',
    text: 'Successful requests slower than the objective over all requests of a version, in a window of half a minute.',
  },
  score: {
    title: 'Score',
    text: 'How suspicious a detector is, on its own scale. The dashed line is what it takes to fire; guards may still ask for more.',
  },
  actor: {
    title: 'Actor',
    text: 'Who did it: the engine, Argo Rollouts, people, or the kubelet, whose restarts are self-healing and no remediation.',
  },
  replay: {
    title: 'Replay',
    text: 'The command that runs this one trial again and gives the same log, byte for byte. A trial on a real cluster is not repeated: what it recorded is shown.',
  },
  digest: {
    title: 'Log digest',
    text: 'sha256 over the digests of all trials. The same plan and version give the same one.',
  },
} as const

/** A word that is defined, or a detector, which the run brings its own sentence on. */
export type TermName = keyof typeof definitions | `detector ${string}`

export interface Definition {
  readonly title: string
  readonly text: string
}

/** @param detectors what each finds */
export function definitionsWith(detectors: Readonly<Record<string, string>>): Readonly<Record<string, Definition>> {
  const own = Object.entries(detectors).map(([title, finds]) => [
    `detector ${title}`,
    { title, text: `Finds ${finds}.` },
  ])
  return { ...definitions, ...Object.fromEntries(own) }
}
