import type { AnalysisArg, ObjectMeta, RolloutAnalysisArg, RolloutSpec } from '../../manifests/argo-types.ts'

export interface ArgSource {
  readonly metadata: ObjectMeta
  readonly spec: RolloutSpec
  readonly stableHash: string
  readonly latestHash: string
}

/**
 * Values of the arguments that a Rollout gives to its analysis (utils/analysis/factory.go, BuildArgumentsForRolloutAnalysisRun).
 * An argument without a value is the empty text. `error` is the last path that leads nowhere.
 */
export function rolloutArgs(
  args: readonly RolloutAnalysisArg[],
  source: ArgSource,
): { args: AnalysisArg[]; error: string | null } {
  let error: string | null = null
  const values = args.map(({ name, value, valueFrom }) => {
    if (valueFrom?.podTemplateHashValue === 'Latest') return { name, value: source.latestHash }
    if (valueFrom?.podTemplateHashValue === 'Stable') return { name, value: source.stableHash }
    const path = valueFrom?.fieldRef?.fieldPath
    if (path === undefined) return { name, value: value ?? '' }
    const found = path.startsWith('metadata') ? metadataField(source.metadata, path) : specField(source, path)
    error = 'error' in found ? found.error : null
    return { name, value: 'error' in found ? '' : found.value }
  })
  return { args: values, error }
}

type Found = { readonly value: string } | { readonly error: string }

/** Paths as the downward API takes them (k8s.io/kubernetes, pkg/fieldpath). */
export function metadataField(metadata: ObjectMeta, path: string): Found {
  const subscript = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path)
  if (subscript !== null) return { value: metadata[subscript[1] as 'labels' | 'annotations']?.[subscript[2]!] ?? '' }
  switch (path) {
    case 'metadata.name':
      return { value: metadata.name }
    case 'metadata.namespace':
      return { value: metadata.namespace ?? 'default' }
    case 'metadata.uid':
      return { value: '' }
    case 'metadata.labels':
      return { value: formatMap(metadata.labels) }
    case 'metadata.annotations':
      return { value: formatMap(metadata.annotations) }
    default:
      return { error: `unsupported fieldPath: ${path}` }
  }
}

function formatMap(map: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries(map).map(([key, value]) => `${key}=${JSON.stringify(value)}`)
  return lines.sort().join('\n')
}

function specField(source: ArgSource, path: string): Found {
  let node: unknown = { metadata: source.metadata, spec: source.spec }
  for (const section of path.split(/[.[\]]+/)) {
    if (section === '') continue
    if (Array.isArray(node)) {
      if (!/^[+-]?\d+$/.test(section)) return { error: `invalid index '${section}'` }
      if (Number(section) >= node.length) return { error: `index ${Number(section)} out of range` }
      node = node[Number(section)]
    } else if (typeof node === 'object' && node !== null) {
      node = (node as Record<string, unknown>)[section]
    } else {
      return { error: `invalid path ${path} in rollout` }
    }
  }
  if (node === undefined || node === null) return { error: `invalid path ${path} in rollout` }
  if (typeof node === 'object') return { error: `path ${path} in rollout must terminate in a primitive value` }
  return { value: String(node) }
}
