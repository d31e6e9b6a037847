import { didYouMean } from '../../harness/model/problem.ts'
import type { Rollout, Service } from './argo-types.ts'
import { selects } from './label-selector.ts'
import { areApart, type ManifestObject } from './manifest-object.ts'
import { type Report, tell, tellUnlessLenient } from './report.ts'

/** Set by the controller on the pods and Services of a version; never in a file. */
const hashLabel = 'rollouts-pod-template-hash'

/**
 * Every Service must pick pods of the Rollout or of another object of the files, and those that the Rollout names must be there and pick its
 * pods (pkg/apis/rollouts/validation/validation_references.go, ValidateService).
 * @param all those that could be read
 */
export function checkServices(
  report: Report,
  all: readonly ManifestObject[],
  rollout: ManifestObject,
  objects: readonly ManifestObject[],
): void {
  const services = all.filter(object => !areApart(object, rollout))
  const podLabels = objects.flatMap(podLabelsOf)
  for (const object of services) {
    const { spec } = object.value as unknown as Service
    const selector = withoutHash(spec.selector ?? {})
    if (selects(selector, podLabelsOf(rollout)[0] ?? {})) {
      checkPorts(report, object, rollout)
      checkSpread(report, object)
    }
    if (Object.keys(selector).length === 0 || podLabels.some(labels => selects(selector, labels))) continue
    const labels = Object.entries(selector).map(([key, value]) => `${key}: ${value}`)
    const message = `Service \`${object.name}\` picks no pod of these files: none has the labels \`${labels.join(', ')}\``
    tell(report, object, ['spec', 'selector'], message, { at: 'key' })
  }
  for (const field of ['canaryService', 'stableService'] as const) checkNamed(report, services, rollout, objects, field)
  checkCallers(report, services, rollout)
}

/** Requests reach ready pods alone, and each one any of them. */
function checkSpread(report: Report, service: ManifestObject): void {
  const { publishNotReadyAddresses = false, sessionAffinity = 'None' } = (service.value as unknown as Service).spec
  const refuse = (field: string, why: string) =>
    tellUnlessLenient(report, service, ['spec', field], `\`spec.${field}\` is not supported: ${why}`, { at: 'key' })
  if (publishNotReadyAddresses) refuse('publishNotReadyAddresses', 'simulated requests go to ready pods alone')
  if (sessionAffinity !== 'None') refuse('sessionAffinity', 'simulated requests are spread one by one')
}

/** The controller narrows these two Services to the pods of one version each, so that callers of all need another. */
function checkCallers(report: Report, services: readonly ManifestObject[], rollout: ManifestObject): void {
  const { canaryService, stableService } = (rollout.value as unknown as Rollout).spec.strategy?.canary ?? {}
  const picking = services.filter(({ value }) => {
    const { selector = {} } = (value as unknown as Service).spec
    return selects(withoutHash(selector), podLabelsOf(rollout)[0] ?? {})
  })
  const isNarrowed = ({ name }: ManifestObject) => name === canaryService || name === stableService
  if (picking.length === 0 || !picking.every(isNarrowed)) return
  const names = picking.map(({ name }) => `\`${name}\``).join(' and ')
  const message = `${names} ${picking.length === 1 ? 'gets' : 'get'} the pods of one version, and no Service those of both, as without traffic routing there must be`
  const field = picking[0]!.name === canaryService ? 'canaryService' : 'stableService'
  tellUnlessLenient(report, rollout, ['spec', 'strategy', 'canary', field], message)
}

/** A Service reaches a pod by the name of a port only where the pod declares one. */
function checkPorts(report: Report, service: ManifestObject, rollout: ManifestObject): void {
  const { containers = [] } = (rollout.value as unknown as Rollout).spec.template.spec ?? {}
  const names = containers.flatMap(({ ports = [] }) => ports.map(({ name }) => name ?? ''))
  for (const [index, { targetPort }] of ((service.value as unknown as Service).spec.ports ?? []).entries()) {
    if (typeof targetPort !== 'string' || names.includes(targetPort)) continue
    const hint = didYouMean(targetPort, names)
    const message = `the pods of Rollout \`${rollout.name}\` have no port \`${targetPort}\``
    tell(report, service, ['spec', 'ports', index, 'targetPort'], message, { hint, severity: 'warning' })
  }
}

function checkNamed(
  report: Report,
  services: readonly ManifestObject[],
  rollout: ManifestObject,
  objects: readonly ManifestObject[],
  field: 'canaryService' | 'stableService',
): void {
  const name = (rollout.value as unknown as Rollout).spec.strategy?.canary?.[field]
  if (name === undefined || name === '') return
  const path = ['spec', 'strategy', 'canary', field]
  const service = services.find(object => object.name === name)
  if (service === undefined) {
    const near = objects.filter(object => object.kind === 'Service' && !areApart(object, rollout))
    const names = near.map(object => object.name)
    // Without a single Service the files are a part of the whole.
    if (names.length === 0 || names.includes(name)) return
    const hint = didYouMean(name, names)
    tell(report, rollout, path, `there is no Service \`${name}\` in these files`, { hint })
    return
  }
  const selector = withoutHash((service.value as unknown as Service).spec.selector ?? {})
  const labels = podLabelsOf(rollout)[0] ?? {}
  if (Object.keys(selector).length === 0 || selects(selector, labels)) return
  tell(report, rollout, path, `Service \`${name}\` does not pick the pods of this Rollout`)
}

function withoutHash(selector: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(selector).filter(([key]) => key !== hashLabel))
}

interface Labelled {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> }
}

/** Labels of the pods that an object makes, or of itself when it is a pod. */
function podLabelsOf(object: ManifestObject): Readonly<Record<string, string>>[] {
  const { metadata, spec } = object.value as Labelled & { spec?: { template?: Labelled } }
  const labels = object.kind === 'Pod' ? metadata?.labels : spec?.template?.metadata?.labels
  return labels === undefined ? [] : [labels]
}
