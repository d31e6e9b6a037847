/** Built-ins that take a closure, so that the parser must know them. */
export const PREDICATES: ReadonlySet<string> = new Set([
  'all',
  'none',
  'any',
  'one',
  'filter',
  'map',
  'find',
  'findIndex',
  'findLast',
  'findLastIndex',
  'count',
  'groupBy',
  'reduce',
])
