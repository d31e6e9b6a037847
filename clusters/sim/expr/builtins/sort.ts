import { ExpressionError } from '../expression-error.ts'
import type { Value } from '../value.ts'
import { isTagged, lookUp, nameOfKind, typeOf } from '../value.ts'

/** Up to this length Go's sort.Sort is an insertion sort (sort/zsortinterface.go, pdqsort), whose order with NaN and with equal keys is fixed. */
const MAX_INSERTION_SORT = 12

/**
 * The items in order of their own value, of maps by the entry under `field`; all must be of one type, numbers or
 * strings. Beyond 12 items those with equal keys keep their order, which in Go they may not.
 */
export function sortItems(items: readonly Value[], field: string, descending: boolean): Value[] {
  const rows = items.map(item => ({ item, key: sortKey(item, field) }))
  const first = rows[0]
  for (const { key } of rows.slice(1)) requireSameType(key, first!.key)
  const less = (a: (typeof rows)[number], b: (typeof rows)[number]) =>
    descending ? isLess(b.key, a.key) : isLess(a.key, b.key)
  if (rows.length > MAX_INSERTION_SORT) rows.sort((a, b) => (less(a, b) ? -1 : less(b, a) ? 1 : 0))
  else
    for (let i = 1; i < rows.length; i++)
      for (let j = i; j > 0 && less(rows[j]!, rows[j - 1]!); j--) [rows[j], rows[j - 1]] = [rows[j - 1]!, rows[j]!]
  return rows.map(row => row.item)
}

function sortKey(item: Value, field: string): Value {
  if (!isTagged(item, 'map')) return item
  const key = lookUp(item, field)
  if (key === undefined) throw new ExpressionError('cannot deref <invalid reflect.Value>')
  return key
}

function requireSameType(key: Value, first: Value): void {
  const [name, firstName] = [typeOf(key)?.name ?? 'interface {}', typeOf(first)?.name ?? 'interface {}']
  if (name !== firstName) throw new ExpressionError(`cannot sort array of different types (${name} and ${firstName})`)
}

function isLess(a: Value, b: Value): boolean {
  if (isTagged(a, 'sized') && isTagged(b, 'sized') && a.type.kind !== 'uint8') return a.value < b.value
  if (typeof a === 'number' || typeof a === 'bigint' || typeof a === 'string') return a < (b as typeof a)
  throw new ExpressionError(`sort: unsupported type ${a === null ? 'interface' : nameOfKind(a)}`)
}
