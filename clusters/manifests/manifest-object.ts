import type { Problem } from '../../harness/model/problem.ts'
import {
  type Path,
  type ProblemOptions,
  problemAt,
  readDocuments,
  type SourceDocument,
} from '../../harness/model/yaml-source.ts'
import { mergePatch, withoutNulls } from './merge-patch.ts'

export interface ManifestFile {
  readonly name: string
  readonly text: string | Uint8Array
}

/** One Kubernetes object of the files, with the documents that it was written in. */
export interface ManifestObject {
  readonly kind: string
  readonly apiVersion: string
  readonly name: string
  /** Patched and without the keys that hold nothing, which an API server drops. */
  value: Record<string, unknown>
  /** The document of the object and those of its patches, with the object's place in each. */
  readonly sources: { readonly document: SourceDocument; readonly base: Path }[]
}

/** Whether two objects are in namespaces that differ; one that names none is where the other is. */
export function areApart(one: ManifestObject, other: ManifestObject): boolean {
  const [first, second] = [one, other].map(({ value }) => (value['metadata'] as { namespace?: string }).namespace)
  return first !== undefined && second !== undefined && first !== second
}

/** Stands for the name of a patch that has none. */
const anyName = ''

/**
 * The objects of files, items of a List each for itself. An object of `patches` is merged into the one of the same kind and name (JSON merge
 * patch, RFC 7386: null removes, lists are replaced), or joins the others where there is none. A patch without a name is for the first object of
 * its kind.
 */
export function readObjects(
  files: readonly ManifestFile[],
  patches: readonly ManifestFile[],
): { objects: ManifestObject[]; problems: Problem[] } {
  const objects: ManifestObject[] = []
  const problems: Problem[] = []
  const add = (object: ManifestObject, isPatch: boolean) => {
    const { document, base } = object.sources[0]!
    const isMeant = (other: ManifestObject) => object.name === anyName || other.name === object.name
    const earlier = objects.find(other => other.kind === object.kind && isMeant(other))
    if (earlier === undefined) {
      objects.push({ ...object, value: withoutNulls(object.value) as Record<string, unknown> })
    } else if (isPatch) {
      earlier.value = mergePatch(earlier.value, object.value) as Record<string, unknown>
      earlier.sources.push(...object.sources)
    } else {
      const first = problemAt(earlier.sources[0]!.document, earlier.sources[0]!.base, '')
      const message = `${object.kind} \`${object.name}\` is written twice`
      problems.push(problemAt(document, base, message, { hint: `first at ${first.file}:${first.line}` }))
    }
  }
  for (const [list, isPatch] of [
    [files, false],
    [patches, true],
  ] as const) {
    for (const file of list) {
      const read = readDocuments(file.name, file.text)
      problems.push(...read.problems)
      for (const document of read.documents) {
        for (const object of objectsOf(document, [], problems, isPatch)) add(object, isPatch)
      }
    }
  }
  return { objects, problems }
}

/** A problem at a field of an object, in the document that gave the field. */
export function problemIn(object: ManifestObject, path: Path, message: string, options: ProblemOptions = {}): Problem {
  const depths = object.sources.map(({ document, base }) => depthOf(document.value, [...base, ...path]) - base.length)
  const deepest = Math.max(...depths)
  // Where both have it, the patch has set it; where neither does, it is missing in the object.
  const index = deepest === path.length ? depths.lastIndexOf(deepest) : depths.indexOf(deepest)
  const { document, base } = object.sources[index]!
  return problemAt(document, [...base, ...path], message, options)
}

function objectsOf(document: SourceDocument, base: Path, problems: Problem[], isPatch: boolean): ManifestObject[] {
  const value = base.reduce<unknown>((parent, key) => (parent as Record<string | number, unknown>)[key], document.value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problems.push(problemAt(document, base, 'expected a Kubernetes object: a map with apiVersion, kind and metadata'))
    return []
  }
  const { apiVersion, kind, metadata, items } = value as Record<string, unknown>
  if (kind === 'List' && Array.isArray(items)) {
    return items.flatMap((_, index) => objectsOf(document, [...base, 'items', index], problems, isPatch))
  }
  const name =
    typeof metadata === 'object' && metadata !== null ? (metadata as Record<string, unknown>)['name'] : undefined
  const needed = isPatch && name === undefined ? { apiVersion, kind } : { apiVersion, kind, 'metadata.name': name }
  const missing = Object.entries(needed).filter(([, text]) => typeof text !== 'string' || text === '')
  for (const [field] of missing) {
    const message = `\`${field}\` is missing: this is not a Kubernetes object`
    problems.push(problemAt(document, [...base, ...field.split('.')], message))
  }
  if (missing.length > 0) return []
  return [
    {
      kind: kind as string,
      apiVersion: apiVersion as string,
      name: typeof name === 'string' ? name : anyName,
      value: value as Record<string, unknown>,
      sources: [{ document, base }],
    },
  ]
}

function depthOf(value: unknown, path: Path): number {
  let node = value
  for (const [depth, segment] of path.entries()) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, segment)) return depth
    node = (node as Record<string | number, unknown>)[segment]
  }
  return path.length
}
