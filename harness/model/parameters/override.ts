/**
 * A document with another one over it, key by key; lists and scalars are replaced whole. An entry (a map with a `source`) that is changed
 * without a source of its own has `file` as its source.
 */
export function overridden(below: unknown, above: unknown, file: string): unknown {
  if (!isMap(below) || !isMap(above)) return above
  const merged: Record<string, unknown> = { ...below }
  for (const [key, child] of Object.entries(above)) merged[key] = overridden(below[key], child, file)
  const isEntry = typeof below['source'] === 'string'
  if (isEntry && above['source'] === undefined) merged['source'] = `set in ${file.replace(/^.*[/\\]/, '')}`
  return merged
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
