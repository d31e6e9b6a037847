import { type KubeApi, KubeError } from '../live/kube-api.ts'
import type { ClusterSettings } from '../stage/settings.ts'
import { Unavailable } from '../stage/unavailable.ts'

/** The first with the dry-run mode of analysis, which a trial at L0 needs (Argo Rollouts v1.2.0, release notes). */
const oldest = [1, 2] as const

const needed = ['rollouts', 'analysistemplates', 'analysisruns']

interface Deployment {
  readonly metadata: { readonly namespace: string; readonly name: string }
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } }
  }
  readonly status?: { readonly availableReplicas?: number }
}

/**
 * Looks for Argo Rollouts in a cluster. @returns what was found, as a phrase
 * @throws Unavailable where it is not installed, does not run or is too old, with what to do
 */
export async function findArgo(
  api: KubeApi,
  context: string,
  settings: ClusterSettings,
  signal: AbortSignal,
): Promise<string> {
  const install =
    `kubectl --context ${context} create namespace argo-rollouts; ` +
    `kubectl --context ${context} apply --server-side -n argo-rollouts -f ${settings.rolloutsManifest}`
  const group = await api
    .json<{ resources: { name: string }[] }>('GET', '/apis/argoproj.io/v1alpha1', { signal })
    .catch((error: unknown) => {
      if (error instanceof KubeError && error.status === 404) return { resources: [] }
      throw error
    })
  const missing = needed.filter(name => !group.resources.some(resource => resource.name === name))
  if (missing.length > 0) {
    const what = missing.map(name => `${name}.argoproj.io`).join(', ')
    throw new Unavailable(
      `the cluster of ${context} has no ${what}: Argo Rollouts is not installed. To install it: ${install}`,
    )
  }
  const deployments = '/apis/apps/v1/deployments?labelSelector=app.kubernetes.io%2Fname%3Dargo-rollouts'
  const found = await api.json<{ items: Deployment[] }>('GET', deployments, { signal }).catch((error: unknown) => {
    if (error instanceof KubeError && error.status === 403) return undefined
    throw error
  })
  if (found === undefined) return 'Argo Rollouts, of a version that this user may not see'
  const controller = found.items.find(({ status }) => (status?.availableReplicas ?? 0) > 0)
  if (controller === undefined) {
    throw new Unavailable(
      `the cluster of ${context} has the kinds of Argo Rollouts and no controller that runs: see the pods labelled app.kubernetes.io/name=argo-rollouts, or install it: ${install}`,
    )
  }
  const image = controller.spec.template.spec.containers[0]?.image ?? ''
  refuseOld(image, context, install)
  const { namespace, name } = controller.metadata
  return `Argo Rollouts (${image}, Deployment ${namespace}/${name})`
}

/** A tag that is no version, such as a digest, says nothing. */
function refuseOld(image: string, context: string, install: string): void {
  const [, major, minor] = /:v?(\d+)\.(\d+)/.exec(image) ?? []
  if (major === undefined) return
  const order = Number(major) - oldest[0] || Number(minor) - oldest[1]
  if (order < 0) {
    throw new Unavailable(
      `the cluster of ${context} has Argo Rollouts ${major}.${minor} (${image}), and ${oldest.join('.')} is the oldest that trials run on. To update it: ${install}`,
    )
  }
}
