import { describeValue, formatPath } from '../../harness/model/parse-with.ts'
import { didYouMean } from '../../harness/model/problem.ts'
import type { Path } from '../../harness/model/yaml-source.ts'
import { type FieldTree, type FieldType, fieldNames, fieldOf, isList, isMap } from './field-tree.ts'
import type { ManifestObject } from './manifest-object.ts'
import { type Report, tell } from './report.ts'

/**
 * Tells of every field that the object's kind does not have, that is missing, or that has a value of the wrong type.
 * @returns whether all required fields are there with values of their types; unknown fields do no harm to a reader.
 */
export function checkShape(report: Report, object: ManifestObject, fields: FieldTree): boolean {
  let isSound = true
  const check = (value: unknown, tree: FieldTree, path: Path): void => {
    if (isList(tree)) {
      if (!Array.isArray(value)) wrong(path, 'a list', value)
      else for (const [index, item] of value.entries()) check(item, tree[0], [...path, index])
      return
    }
    if (!isMap(tree)) {
      const expected = mismatch(tree, value)
      if (expected !== undefined) wrong(path, expected, value)
      return
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      wrong(path, 'a map', value)
      return
    }
    const { all, required } = fieldNames(tree)
    for (const [key, child] of Object.entries(value)) {
      const field = fieldOf(tree, key)
      if (field !== undefined) {
        check(child, field, [...path, key])
        continue
      }
      const hint = didYouMean(key, all)
      tell(report, object, [...path, key], `${formatPath([...path, key])} is not a field of ${object.kind}`, {
        at: 'key',
        hint,
      })
    }
    for (const key of required) {
      if (Object.hasOwn(value, key)) continue
      isSound = false
      const at = typeof path.at(-1) === 'number' ? 'value' : 'key'
      tell(report, object, [...path, key], `${formatPath([...path, key])} is missing`, { at })
    }
  }

  const wrong = (path: Path, expected: string, value: unknown) => {
    isSound = false
    const quotable = expected === 'text' && (typeof value === 'number' || typeof value === 'boolean')
    const hint = quotable ? `put it in quotes: "${value}"` : undefined
    tell(report, object, path, `${formatPath(path)}: expected ${expected}, got ${describeValue(value)}`, { hint })
  }

  check(object.value, fields, [])
  return isSound
}

function mismatch(type: FieldType, value: unknown): string | undefined {
  switch (type) {
    case 'any':
      return undefined
    case 'string':
      return typeof value === 'string' ? undefined : 'text'
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'true or false'
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? undefined : 'a number'
    case 'integer':
      return Number.isSafeInteger(value) ? undefined : 'an integer'
    case 'intOrString':
      return typeof value === 'string' || Number.isSafeInteger(value) ? undefined : 'an integer or text'
  }
}
