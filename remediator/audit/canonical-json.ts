/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/**
 * JSON with one spelling for each value: no blanks, keys in the order of their UTF-16 code units, numbers and texts as ECMAScript writes
 * them (RFC 8785, JSON Canonicalization Scheme).
 * @throws RangeError on NaN, an infinity, or text with half a surrogate pair, which JSON has no words for
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`JSON has no ${value}`)
  if (typeof value === 'string' && !value.isWellFormed()) throw new RangeError('text with half a surrogate pair')
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.keys(value)
    .sort()
    .map(key => `${canonicalJson(key)}:${canonicalJson(value[key]!)}`)
  return `{${members.join(',')}}`
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
