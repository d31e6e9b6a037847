import { type Clue, percent, points } from '../clue.ts'
import { isWorse } from '../look-signs.ts'

const { some, clear, strong, decisive } = points

/** Without a look this long, Prometheus is silent (assumption: more than two looks of the longest usual interval). */
export const silentMs = 60_000

/** What else than the release could be the matter. */
export const elsewhereClues: readonly Clue[] = [
  {
    clue: 'a flag was switched',
    source: 'flags',
    weights: { flag: strong },
    see: ({ flags }) => flags !== undefined && flags.length > 0 && 'a flag was switched before the trouble began',
  },
  {
    clue: 'all versions fail at once after a flag',
    source: 'looks',
    weights: { flag: clear },
    see: ({ flags, looks: { others } }) =>
      flags !== undefined &&
      flags.length > 0 &&
      others !== undefined &&
      isWorse(others) &&
      'all versions do worse since the flag',
  },
  {
    clue: 'more calls since a flag',
    source: 'looks',
    weights: { flag: strong, 'extra calls': -clear },
    see: ({ flags, calledMore, looks: { others, against } }) =>
      flags !== undefined &&
      flags.length > 0 &&
      calledMore !== undefined &&
      others !== undefined &&
      isWorse(others) &&
      (against === undefined || !isWorse(against)) &&
      `all versions call ${calledMore.service} more often since the flag`,
  },
  {
    clue: 'no flag was switched',
    source: 'flags',
    weights: { flag: -decisive },
    see: ({ flags }) => flags?.length === 0 && 'no flag was switched before the trouble',
  },
  {
    clue: 'a callee fails',
    source: 'graph',
    weights: { dependency: strong, requests: -some, 'lack of capacity': -clear, flag: -clear, 'short timeout': -clear },
    see: ({ failing, calledMore }) =>
      failing !== undefined &&
      failing.service !== calledMore?.service &&
      `${failing.service}, the deepest service that fails, answers ${percent(failing.badNow)} of its requests badly; before it were ${percent(failing.badBefore)}`,
  },
  {
    clue: 'callees are well',
    source: 'graph',
    weights: { dependency: -decisive },
    see: ({ callees, failing }) =>
      callees !== undefined &&
      callees.length > 0 &&
      callees.every(({ isKnown }) => isKnown) &&
      failing === undefined &&
      'everything that it calls answers as before',
  },
  {
    clue: 'failed calls of all versions',
    source: 'logs',
    weights: { dependency: clear, errors: -clear, 'route errors': -clear, flag: -clear },
    see: ({ otherLogs, calledMore, looks: { others, against } }) =>
      otherLogs !== undefined &&
      calledMore === undefined &&
      others?.hasMoreErrors === true &&
      against?.hasMoreErrors !== true &&
      otherLogs.byKind.call >= 0.6 * (otherLogs.byKind.call + otherLogs.byKind.internal) &&
      otherLogs.byKind.call >= 5 &&
      'the other version tells of calls to other services that failed too',
  },
  {
    clue: 'own failures of all versions',
    source: 'logs',
    weights: { dependency: -clear, flag: some, 'lack of capacity': -clear },
    see: ({ otherLogs, looks: { others } }) =>
      otherLogs !== undefined &&
      others?.hasMoreErrors === true &&
      otherLogs.byKind.internal >=
        0.7 * (otherLogs.byKind.call + otherLogs.byKind.internal + otherLogs.byKind.rejected) &&
      otherLogs.byKind.internal >= 5 &&
      'the other version fails by itself too',
  },
  {
    clue: 'traffic grew',
    source: 'looks',
    weights: { 'lack of capacity': clear, 'worker leak': -clear },
    see: ({ looks }) =>
      looks.trafficFactor >= 1.4 && `${looks.trafficFactor.toFixed(1)} times as many requests come as at first`,
  },
  {
    clue: 'traffic as before',
    source: 'looks',
    weights: { 'lack of capacity': -some },
    see: ({ looks }) => looks.trafficFactor < 1.2 && 'no more requests come than before',
  },
  {
    clue: 'workers are busy',
    source: 'metrics',
    weights: { 'lack of capacity': clear, 'worker leak': some },
    see: ({ utilisation }) =>
      utilisation !== undefined && utilisation >= 0.6 && `${percent(utilisation)} of the workers are busy`,
  },
  {
    clue: 'all versions are saturated',
    source: 'metrics',
    weights: { 'lack of capacity': clear },
    see: ({ utilisation, looks: { others } }) =>
      utilisation !== undefined &&
      utilisation >= 0.9 &&
      others?.law.kind === 'whole' &&
      'requests of all versions wait for busy workers',
  },
  {
    clue: 'workers are free',
    source: 'metrics',
    weights: { 'lack of capacity': -clear, 'worker leak': -some },
    see: ({ utilisation }) =>
      utilisation !== undefined && utilisation < 0.35 && `only ${percent(utilisation)} of the workers are busy`,
  },
  {
    clue: 'all versions are slow',
    source: 'looks',
    weights: { 'lack of capacity': clear, 'extra calls': some },
    see: ({ looks: { others } }) =>
      others?.law.kind === 'whole' && `the other version takes ${others.law.factor} times as long as before`,
  },
  {
    clue: 'one pod',
    source: 'looks',
    weights: {
      'sick pod': decisive,
      requests: -decisive,
      'noisy neighbour': -some,
      flag: -strong,
      dependency: -strong,
      'lack of capacity': -strong,
    },
    see: ({ looks }) =>
      looks.pods === 'one' && 'nearly all bad requests are of one pod; the others of its version do well',
  },
  {
    clue: 'several pods',
    source: 'looks',
    weights: { 'sick pod': -decisive },
    see: ({ looks }) => looks.pods === 'several' && 'several pods of the version have bad requests',
  },
  {
    clue: 'too few to tell whose they are',
    source: 'looks',
    weights: { errors: -clear, 'route errors': -clear, 'sick pod': some },
    see: ({ looks: { pods, against } }) =>
      pods === 'unknown' &&
      against?.hasMoreErrors === true &&
      'nobody can tell yet whether one pod fails or all of the version',
  },
  {
    clue: 'a detector names a pod',
    source: 'alarms',
    weights: { 'sick pod': clear },
    see: ({ trouble }) =>
      trouble.alarms.some(({ pod }) => pod !== '') && 'a detector found one pod to be bad, not its version',
  },
  {
    clue: 'one pod is unwell',
    source: 'pods',
    weights: { 'sick pod': clear, crash: -clear },
    see: ({ judgedPods, otherPods }) =>
      (judgedPods.onlyUnwell !== '') !== (otherPods.onlyUnwell !== '') &&
      'one pod lost its readiness or was restarted, while the others are well',
  },
  {
    clue: 'all pods are well',
    source: 'pods',
    weights: { 'sick pod': -clear },
    see: ({ judgedPods, otherPods }) =>
      judgedPods.onlyUnwell === '' && otherPods.onlyUnwell === '' && 'no single pod is unwell',
  },
  {
    clue: 'no looks',
    source: 'looks',
    weights: { 'silent telemetry': strong, requests: -clear, elsewhere: -clear },
    see: ({ looks }) => looks.silentForMs > silentMs && 'no counts have come from Prometheus for a minute',
  },
  {
    clue: 'looks come',
    source: 'looks',
    weights: { 'silent telemetry': -decisive },
    see: ({ looks, silentTools }) =>
      looks.silentForMs <= silentMs && !silentTools.includes('metrics') && 'counts come from Prometheus',
  },
  {
    clue: 'the analysis failed a good version',
    source: 'looks',
    weights: { 'tight threshold': strong },
    see: ({ trouble, looks: { against, againstPast, others } }) => {
      const known = [against, againstPast].filter(contrast => contrast !== undefined)
      const isWell = known.length > 0 && !known.some(isWorse) && known.some(({ requests }) => requests >= 200)
      return (
        trouble.byArgo &&
        isWell &&
        (others === undefined || !isWorse(others)) &&
        'the analysis ended badly, and the new version does what the others do'
      )
    },
  },
  {
    clue: 'not by the analysis',
    source: 'observations',
    weights: { 'tight threshold': -decisive },
    see: ({ trouble }) => !trouble.byArgo && 'the analysis of the rollout did not end badly',
  },
  {
    clue: 'a message in masses',
    source: 'logs',
    weights: { 'noisy log': decisive, 'lack of capacity': -clear },
    see: ({ noise, looks: { against, others } }) =>
      noise !== '' &&
      against?.hasMoreErrors !== true &&
      others?.hasMoreErrors !== true &&
      'one message is written for each request, as it was not before, and no more requests fail',
  },
  {
    clue: 'the analysis could not measure',
    source: 'alarms',
    weights: { 'silent telemetry': decisive + strong, 'tight threshold': -decisive, requests: -clear },
    see: ({ trouble, looks: { against, againstPast } }) =>
      trouble.failedMetric?.phase === 'Error' &&
      ![against, againstPast].some(one => one !== undefined && isWorse(one)) &&
      'the analysis ended because it could not measure, and what is known of the new version is good',
  },
]
