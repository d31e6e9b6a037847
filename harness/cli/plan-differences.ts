/** Most of them that are worth reading. */
const maxTold = 12
const maxShown = 60

/** What differs between a run's stored plan and the one that was asked for, as `suite.seeds: 3, not 5`; empty where nothing does. */
export function planDifferences(stored: unknown, wanted: unknown): string[] {
  const found = [...differences('', plain(stored), plain(wanted))]
  const more = found.length - maxTold
  return more > 0 ? [...found.slice(0, maxTold), `and ${more} more`] : found
}

/** As it would be read again. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

function* differences(path: string, stored: unknown, wanted: unknown): Generator<string> {
  if (Object.is(stored, wanted)) return
  if (isObject(stored) && isObject(wanted) && Array.isArray(stored) === Array.isArray(wanted)) {
    for (const key of new Set([...Object.keys(stored), ...Object.keys(wanted)])) {
      const at = Array.isArray(stored) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`
      yield* differences(at, stored[key], wanted[key])
    }
    return
  }
  yield `${path}: ${shown(stored)} there, ${shown(wanted)} here`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text
}
