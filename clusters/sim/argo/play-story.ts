import type {
  AnalysisArg,
  AnalysisTemplate,
  AnalysisTemplateSpec,
  CanaryStep,
  CanaryStrategy,
  Metric,
  ObjectMeta,
  RolloutSpec,
  Service,
} from '../../manifests/argo-types.ts'
import type { CaseAction, CaseFile, Signal } from './case-file.ts'
import { playCase } from './play-case.ts'
import type { Recording } from './recorder.ts'

/** A rollout, its update and what happens to it, where it differs from the usual. */
export interface Story {
  readonly steps?: readonly CanaryStep[]
  readonly canary?: Partial<CanaryStrategy>
  readonly metadata?: Partial<ObjectMeta>
  readonly spec?: Partial<RolloutSpec>
  /** In the place of the one that `metrics` and `templateArgs` are of. */
  readonly templates?: readonly AnalysisTemplate[]
  readonly services?: readonly Service[]
  readonly metrics?: readonly Metric[]
  readonly templateArgs?: readonly AnalysisArg[]
  readonly signals?: Readonly<Record<string, readonly Signal[]>>
  readonly actions?: readonly CaseAction[]
  readonly update?: CaseFile['update']
  readonly pods?: NonNullable<CaseFile['conditionsOfRecording']>['pods']
  readonly observe?: number
}

const halfWay: readonly CanaryStep[] = [{ setWeight: 50 }, { pause: {} }]
export const metric: Metric = {
  name: 'ok',
  interval: '5s',
  successCondition: 'result[0] >= 0.95',
  provider: { prometheus: { query: 'ok' } },
}
export const background = { analysis: { templates: [{ templateName: 'check' }] } }

export function templateOf(
  name: string,
  spec: AnalysisTemplateSpec,
  kind: AnalysisTemplate['kind'] = 'AnalysisTemplate',
): AnalysisTemplate {
  return { apiVersion: 'argoproj.io/v1alpha1', kind, metadata: { name }, spec }
}

/** For tests: two replicas at weight 50 for ever, pods ready after 2.3 s, unless the story says otherwise. */
export function play(story: Story): Recording {
  const metadata = { labels: { app: 'app' }, annotations: { version: 'v1' } }
  return playCase({
    name: 'story',
    rollout: {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'app', ...story.metadata },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'app' } },
        template: { metadata, spec: { containers: [{ name: 'app', image: 'app' }] } },
        strategy: { canary: { steps: story.steps ?? halfWay, ...story.canary } },
        ...story.spec,
      },
    },
    templates: story.templates ?? [
      templateOf('check', { metrics: story.metrics ?? [metric], args: story.templateArgs ?? [] }),
    ],
    ...(story.services && { services: story.services }),
    update: story.update ?? { spec: { template: { metadata: { annotations: { version: 'v2' } } } } },
    signals: story.signals ?? { ok: [{ from: 0, value: 0.99 }] },
    actions: story.actions ?? [],
    observe: story.observe ?? 30,
    conditionsOfRecording: { updateAtFractionOfSecond: 0, pods: story.pods ?? [] },
  })
}
