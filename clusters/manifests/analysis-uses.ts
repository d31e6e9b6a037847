import { didYouMean } from '../../harness/model/problem.ts'
import type { Path } from '../../harness/model/yaml-source.ts'
import type {
  AnalysisTemplateRef,
  AnalysisTemplateSpec,
  CanaryStrategy,
  Rollout,
  RolloutAnalysis,
} from './argo-types.ts'
import { areApart, type ManifestObject } from './manifest-object.ts'
import { type Report, tell } from './report.ts'

/** One place of a Rollout that runs analysis, with the templates that it is made of. */
export interface AnalysisUse {
  readonly analysis: RolloutAnalysis
  /** Of the analysis in the Rollout. */
  readonly path: Path
  readonly background: boolean
  /** Each once, those that templates name among them. */
  readonly templates: readonly ManifestObject[]
  /** Whether all templates that are named are there and could be read. */
  readonly complete: boolean
}

/** The templates of the files, also those that are too broken to be read. */
interface Templates {
  readonly all: readonly ManifestObject[]
  readonly readable: readonly ManifestObject[]
}

/** The analyses of a Rollout's canary; tells of templates that are not among the files. */
export function analysisUses(report: Report, rollout: ManifestObject, templates: Templates): AnalysisUse[] {
  const canary: CanaryStrategy = (rollout.value as unknown as Rollout).spec.strategy?.canary ?? {}
  const at = ['spec', 'strategy', 'canary']
  const isNear = (template: ManifestObject) => template.kind !== 'AnalysisTemplate' || !areApart(rollout, template)
  const near = { ...templates, all: templates.all.filter(isNear) }
  const places = [
    { analysis: canary.analysis, path: [...at, 'analysis'], background: true },
    ...(canary.steps ?? []).map((step, index) => ({
      analysis: step.analysis,
      path: [...at, 'steps', index, 'analysis'],
      background: false,
    })),
  ]
  return places.flatMap(({ analysis, path, background }) => {
    if (analysis === undefined) return []
    const found: ManifestObject[] = []
    const refs = analysis.templates ?? []
    if (refs.length === 0) tell(report, rollout, [...path, 'templates'], 'this analysis names no template')
    const complete = collect(report, refs, rollout, [...path, 'templates'], near, found) && refs.length > 0
    return [{ analysis, path, background, templates: found, complete }]
  })
}

function collect(
  report: Report,
  refs: readonly AnalysisTemplateRef[],
  owner: ManifestObject,
  path: Path,
  templates: Templates,
  found: ManifestObject[],
): boolean {
  let complete = true
  for (const [index, { templateName, clusterScope }] of refs.entries()) {
    const kind = clusterScope === true ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate'
    const template = templates.all.find(one => one.kind === kind && one.name === templateName)
    if (template === undefined) {
      tellMissing(report, owner, [...path, index], kind, templateName, templates.all)
      complete = false
    } else if (!templates.readable.includes(template)) {
      complete = false
    } else if (!found.includes(template)) {
      found.push(template)
      const { templates: inner = [] } = template.value['spec'] as AnalysisTemplateSpec
      complete = collect(report, inner, template, ['spec', 'templates'], templates, found) && complete
    }
  }
  return complete
}

function tellMissing(
  report: Report,
  owner: ManifestObject,
  path: Path,
  kind: string,
  name: string | undefined,
  all: readonly ManifestObject[],
): void {
  if (name === undefined) {
    tell(report, owner, path, '`templateName` is missing')
    return
  }
  const other = all.find(one => one.kind !== kind && one.name === name)
  const names = all.filter(one => one.kind === kind).map(one => one.name)
  const otherScope = kind === 'AnalysisTemplate' ? 'add `clusterScope: true`' : 'leave out `clusterScope`'
  const hint =
    other !== undefined ? `there is a template of this name in the other scope: ${otherScope}` : didYouMean(name, names)
  tell(report, owner, [...path, 'templateName'], `there is no ${kind} \`${name}\` in these files`, { hint })
}
