import { type FieldRow, honoured, inert, refused, under } from './field-row.ts'
import { named, namespaced, objectFields, reported } from './object-fields.ts'
import { podFields } from './pod-fields.ts'

const canary = 'spec.strategy.canary'

export const rolloutFields: readonly FieldRow[] = [
  ...objectFields,
  named,
  reported,
  namespaced,
  honoured(
    // Arguments of an analysis may name any field of the Rollout; these are named most.
    ...under('metadata', 'labels.**', 'annotations.**'),
    ...under('spec', 'replicas', 'minReadySeconds', 'revisionHistoryLimit', 'paused', 'selector.matchLabels.**'),
    ...under('spec', 'progressDeadlineSeconds', 'progressDeadlineAbort', 'rollbackWindow.revisions', 'analysis.**'),
    ...under(canary, 'maxSurge', 'maxUnavailable', 'replicaProgressThreshold.**'),
    ...under(`${canary}.steps[]`, 'setWeight', 'pause.**'),
    ...['.analysis', '.steps[].analysis'].flatMap(analysis =>
      under(canary + analysis, 'templates.**', 'args.**', 'dryRun.**', 'measurementRetention.**'),
    ),
    `${canary}.analysis.startingStep`,
    ...under(canary, 'canaryService', 'stableService'),
  ),
  inert(
    'a date, and a trial has none; a disturbance of the scenario restarts pods at a time of the trial',
    'spec.restartAt',
  ),
  inert(
    'labels and annotations that nothing reads here',
    ...under(canary, 'canaryMetadata.**', 'stableMetadata.**'),
    ...under(canary, 'analysis.analysisRunMetadata.**', 'steps[].analysis.analysisRunMetadata.**'),
  ),
  inert(
    'only traffic routing uses it',
    ...under(canary, 'abortScaleDownDelaySeconds', 'scaleDownDelayRevisionLimit', 'minPodsPerReplicaSet'),
  ),
  inert(
    'simulated nodes have room for every pod and what it asks for',
    `${canary}.antiAffinity.preferredDuringSchedulingIgnoredDuringExecution.**`,
  ),
  refused(
    'how many nodes your cluster has for two versions apart is not simulated; prefer, and do not require it',
    `${canary}.antiAffinity.requiredDuringSchedulingIgnoredDuringExecution.**`,
  ),
  refused('blue-green deployments are not simulated; use a canary', 'spec.strategy.blueGreen.**'),
  refused(
    'traffic routing is not simulated: weights are shares of pods',
    ...under(canary, 'trafficRouting.**', 'pingPong.**'),
  ),
  refused(
    'Argo Rollouts takes it only with traffic routing, which is not simulated',
    ...under(canary, 'dynamicStableScale', 'scaleDownDelaySeconds'),
    ...under(`${canary}.steps[]`, 'setCanaryScale.**', 'setHeaderRoute.**', 'setMirrorRoute.**'),
  ),
  refused('experiments are not simulated', `${canary}.steps[].experiment.**`),
  refused('step plugins are programs of yours and are not run here', `${canary}.steps[].plugin.**`),
  refused('write the pod template into the Rollout instead', 'spec.workloadRef.**'),
  refused('write what the pods must have as matchLabels', 'spec.selector.matchExpressions.**'),
  ...podFields,
]
