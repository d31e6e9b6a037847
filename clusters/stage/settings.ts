/** Names of what a kind run brings into its cluster; a mirror or an air gap overrides them. */
export interface ClusterSettings {
  /** Undefined: the one that this version of kind is made for. */
  readonly nodeImage: string | undefined
  readonly rolloutsVersion: string
  /** URL or path of Argo Rollouts' install.yaml. */
  readonly rolloutsManifest: string
  readonly prometheusImage: string
  readonly k6Image: string
  /** That xk6 builds extensions into. */
  readonly k6Version: string
  /** The subject's image where a cluster of the user's pulls it; undefined: it is built here. */
  readonly subjectImage: string | undefined
  /** Base of the subject's image; has Node 24. */
  readonly nodeBaseImage: string
}

/** Reads the settings from environment variables, by default upstream's names. */
export function readClusterSettings(env: Readonly<Record<string, string | undefined>>): ClusterSettings {
  const rolloutsVersion = env['CARMINE_ROLLOUTS_VERSION'] || 'v1.9.1'
  return {
    nodeImage: env['CARMINE_KIND_NODE_IMAGE'] || undefined,
    rolloutsVersion,
    rolloutsManifest:
      env['CARMINE_ROLLOUTS_MANIFEST'] ||
      `https://github.com/argoproj/argo-rollouts/releases/download/${rolloutsVersion}/install.yaml`,
    prometheusImage: env['CARMINE_PROMETHEUS_IMAGE'] || 'prom/prometheus:v3.5.0',
    k6Version: env['CARMINE_K6_VERSION'] || 'v1.8.1',
    k6Image: env['CARMINE_K6_IMAGE'] || 'grafana/k6:1.8.1',
    subjectImage: env['CARMINE_SUBJECT_IMAGE'] || undefined,
    nodeBaseImage: env['CARMINE_NODE_IMAGE'] || 'node:24-bookworm-slim',
  }
}
