import type { Value } from './value.ts'

/** fmt's `%v` of a value, in bytes (see go-string.ts). */
export function formatValue(value: Value): string {
  switch (typeof value) {
    case 'number':
      return formatFloat(value)
    case 'bigint':
    case 'boolean':
      return String(value)
    case 'string':
      return value
  }
  if (value === null) return '<nil>'
  switch (value.tag) {
    case 'sized':
      return String(value.value)
    case 'list':
      return `[${value.items.map(formatValue).join(' ')}]`
    case 'map':
      return `map[${[...value.entries.values()]
        .sort(byKey)
        .map(([key, item]) => `${formatValue(key)}:${formatValue(item)}`)
        .join(' ')}]`
    case 'func':
      return '0x0'
  }
}

/** strconv.FormatFloat(value, 'g', -1, 64): with an exponent, of at least two digits, where it is below -4 or above 5. */
function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const [mantissa, exponentText] = value.toExponential().split('e') as [string, string]
  const exponent = Number(exponentText)
  if (exponent < -4 || exponent > 5) {
    const digits = String(Math.abs(exponent)).padStart(2, '0')
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`
  }
  if (exponent >= 0) return String(value)
  const sign = mantissa.startsWith('-') ? '-' : ''
  return `${sign}0.${'0'.repeat(-exponent - 1)}${mantissa.replace(/[-.]/g, '')}`
}

/** fmt sorts the keys of a printed map; keys of different types keep the order of insertion. */
function byKey(a: readonly [Value, Value], b: readonly [Value, Value]): number {
  const [left, right] = [a[0], b[0]]
  if (typeof left !== typeof right || left === null || right === null || typeof left === 'object') return 0
  return left < right! ? -1 : left > right! ? 1 : 0
}
