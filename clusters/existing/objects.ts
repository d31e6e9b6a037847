import { parseAllDocuments } from 'yaml'

/** An object of Kubernetes as a manifest has it. */
export interface ManifestObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
}

/** The objects of a manifest; those of a List one by one. */
export function objectsOf(text: string): ManifestObject[] {
  return parseAllDocuments(text).flatMap(document => {
    const value = document.toJS() as (ManifestObject & { items?: ManifestObject[] }) | null
    if (value === null) return []
    return value.kind === 'List' ? (value.items ?? []) : [value]
  })
}

type Marks = Readonly<Record<string, string>>

/** A JSON List of the same objects, each with some labels and annotations more; their pods get none. */
export function withMarks(text: string, labels: Marks, annotations: Marks): string {
  const items = objectsOf(text).map(object => ({
    ...object,
    metadata: {
      ...object.metadata,
      labels: { ...object.metadata.labels, ...labels },
      annotations: { ...object.metadata.annotations, ...annotations },
    },
  }))
  return asList(items)
}

/** A JSON List, as kubectl takes it. */
export function asList(items: readonly ManifestObject[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
}

/** How kubectl names an object's kind, as `Rollout.v1alpha1.argoproj.io`; of the core group the kind alone. */
export function kindName({ apiVersion, kind }: Pick<ManifestObject, 'apiVersion' | 'kind'>): string {
  const [group, version] = apiVersion.split('/')
  return version === undefined ? kind : `${kind}.${version}.${group}`
}
