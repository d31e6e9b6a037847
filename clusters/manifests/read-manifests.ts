import { parseWith } from '../../harness/model/parse-with.ts'
import { didYouMean, type Problem } from '../../harness/model/problem.ts'
import { apiVersion as ownApiVersion } from '../../harness/model/schema-types.ts'
import type { Path } from '../../harness/model/yaml-source.ts'
import { analysisUses } from './analysis-uses.ts'
import type { AnalysisTemplate, Rollout, Service } from './argo-types.ts'
import type { HorizontalPodAutoscaler } from './autoscaler-types.ts'
import { checkAnalysis, checkUnusedTemplate } from './check-analysis.ts'
import { checkAutoscaler } from './check-autoscaler.ts'
import { checkPodTemplate } from './check-pod-template.ts'
import { checkRollout } from './check-rollout.ts'
import { checkServices } from './check-services.ts'
import { checkShape } from './check-shape.ts'
import { checkVerdicts } from './check-verdicts.ts'
import { emittedSeries } from './emitted-series.ts'
import { readKinds } from './kinds.ts'
import { type ManifestFile, type ManifestObject, readObjects } from './manifest-object.ts'
import { createReport, type InertFields, type Report, tell, tellInert } from './report.ts'
import { defaultTelemetry, type Telemetry, telemetryDocument } from './telemetry.ts'
import { withoutParts } from './without-parts.ts'

export interface Manifests {
  readonly rollout: Rollout
  readonly services: readonly Service[]
  readonly templates: readonly AnalysisTemplate[]
  /** What scales the Rollout; undefined: nothing does. */
  readonly autoscaler: HorizontalPodAutoscaler | undefined
  readonly telemetry: Telemetry
  /** File that the Rollout is written in. */
  readonly rolloutFile: string
}

/**
 * Reads a set of Kubernetes manifests: one Rollout with its AnalysisTemplates and Services, its HorizontalPodAutoscaler, and a Telemetry
 * document where the names of the subject's series differ from the shipped ones. Other kinds change nothing and are listed.
 * @param options `lenient` makes warnings of what is not supported and of queries that find nothing; `patches` are merged into the objects of
 *   the same kind and name; `partial` takes a set without a Rollout too, which is checked as far as that goes.
 * @returns manifests where no problem is an error; problems in the order of the files
 */
export function readManifests(
  files: readonly ManifestFile[],
  options: {
    readonly lenient?: boolean
    readonly patches?: readonly ManifestFile[]
    readonly partial?: boolean
  } = {},
): { manifests: Manifests | undefined; inert: readonly InertFields[]; problems: readonly Problem[] } {
  const { lenient = false, patches = [], partial = false } = options
  const report = createReport(lenient)
  const { objects, problems } = readObjects(files, patches)
  report.problems.push(...problems)

  const telemetry = readTelemetry(report, objects)
  const sound = objects.filter(object => checkObject(report, object))
  const ofKind = (...kinds: string[]) => sound.filter(object => kinds.includes(object.kind))
  const services = ofKind('Service')
  const templates = ofKind('AnalysisTemplate', 'ClusterAnalysisTemplate')
  const [rollout, ...furtherRollouts] = ofKind('Rollout')
  for (const further of furtherRollouts) {
    tell(report, further, ['metadata', 'name'], `a second Rollout: a trial has one, and there is \`${rollout!.name}\``)
  }
  if (!partial && !objects.some(object => object.kind === 'Rollout') && problems.length === 0) {
    const file = files[0]?.name ?? 'manifests'
    report.problems.push({ file, line: 1, column: 1, message: 'there is no Rollout in these files', severity: 'error' })
  }

  const autoscalers =
    rollout === undefined
      ? []
      : ofKind('HorizontalPodAutoscaler').filter(object => checkAutoscaler(report, object, rollout))
  const [autoscaler, ...furtherAutoscalers] = autoscalers
  for (const further of furtherAutoscalers)
    tell(
      report,
      further,
      ['metadata', 'name'],
      `a second HorizontalPodAutoscaler of the Rollout, after \`${autoscaler!.name}\``,
    )

  if (rollout !== undefined) checkServices(report, services, rollout, objects)
  const metadata = (rollout?.value as Rollout | undefined)?.metadata
  const families =
    metadata === undefined
      ? emittedSeries(telemetry, 'any', 'any')
      : emittedSeries(telemetry, metadata.namespace ?? 'default', [
          ...new Set([metadata.name, ...services.map(({ name }) => name)]),
        ])
  const uses = rollout === undefined ? [] : analysisUses(report, rollout, { all: objects, readable: templates })
  if (rollout !== undefined) {
    checkRollout(report, rollout)
    checkPodTemplate(report, rollout, objects)
  }
  for (const use of uses) checkAnalysis(report, rollout!, use, families)
  for (const template of templates) {
    if (uses.some(use => use.templates.includes(template))) continue
    checkUnusedTemplate(report, template, families, rollout === undefined)
    if (rollout !== undefined)
      tellInert(report, 'no analysis of the Rollout names it', `${template.kind} ${template.name}`)
  }

  const value = (object: ManifestObject) => withoutParts(object.value, droppedOf(report, object))
  const isBad = report.problems.some(problem => problem.severity === 'error') || rollout === undefined
  return {
    manifests: isBad
      ? undefined
      : {
          rollout: value(rollout) as unknown as Rollout,
          services: services.map(object => value(object) as unknown as Service),
          templates: templates.map(object => value(object) as unknown as AnalysisTemplate),
          autoscaler: autoscaler && (value(autoscaler) as unknown as HorizontalPodAutoscaler),
          telemetry,
          rolloutFile: rollout.sources[0]!.document.file,
        },
    inert: report.inert,
    problems: inFileOrder(report.problems, [...files, ...patches]),
  }
}

/** @returns whether the object has the shape that further checks rely on. */
function checkObject(report: Report, object: ManifestObject): boolean {
  const { kind, apiVersion, name } = object
  if (!Object.hasOwn(readKinds, kind)) {
    const hint = apiVersion.startsWith('argoproj.io/') ? didYouMean(kind, Object.keys(readKinds)) : undefined
    const isOwn = apiVersion === ownApiVersion
    if (hint !== undefined) tell(report, object, ['kind'], `\`${kind}\` is not a known kind`, { hint })
    else if (isOwn && kind !== 'Telemetry') tell(report, object, ['kind'], `\`${kind}\` is not a manifest`)
    else if (!isOwn) tellInert(report, 'objects of this kind are not simulated', `${kind} ${name}`)
    return false
  }
  const known = readKinds[kind]!
  if (apiVersion !== known.apiVersion) {
    const message = `\`apiVersion\`: ${kind} is read as \`${known.apiVersion}\`, not as \`${apiVersion}\``
    tell(report, object, ['apiVersion'], message)
    return false
  }
  const isSound = checkShape(report, object, known.fields)
  checkVerdicts(report, object)
  return isSound
}

function readTelemetry(report: Report, objects: readonly ManifestObject[]): Telemetry {
  const own = objects.filter(object => object.kind === 'Telemetry' && object.apiVersion === ownApiVersion)
  const [first, second] = own
  if (second !== undefined) tell(report, second, [], 'a second Telemetry document')
  if (first === undefined) return defaultTelemetry
  const { value, problems } = parseWith(telemetryDocument, { ...first.sources[0]!.document, value: first.value })
  report.problems.push(...problems)
  return value?.spec ?? defaultTelemetry
}

function droppedOf(report: Report, object: ManifestObject): Path[] {
  return report.dropped.filter(part => part.object === object).map(part => part.path)
}

function inFileOrder(problems: readonly Problem[], files: readonly ManifestFile[]): Problem[] {
  const order = new Map(files.map((file, index) => [file.name, index]))
  const rank = ({ file }: Problem) => order.get(file) ?? files.length
  return problems.toSorted((a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column)
}
