/**
 * Whether a value is what JSON can hold: no accessors, no prototypes but those of literals, no symbols. Such a value reads the same at
 * every read, so what was judged is what is applied. Numbers that JSON has no words for are left to the schema.
 */
export function isPlainData(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return typeof value !== 'function' && typeof value !== 'symbol'
  if (depth > 4) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null) return false
  return Reflect.ownKeys(value).every(key => {
    const { get, set, value: child } = Object.getOwnPropertyDescriptor(value, key)!
    return typeof key === 'string' && get === undefined && set === undefined && isPlainData(child, depth + 1)
  })
}
