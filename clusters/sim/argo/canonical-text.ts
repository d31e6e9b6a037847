/** Texts of objects seen before: manifests are never changed, and the same ones are asked for in every trial. */
const known = new WeakMap<object, string>()

/** JSON with the keys of every object in order: equal data give equal texts. Keys whose value is undefined are left out. */
export function canonicalText(value: object): string {
  let text = known.get(value)
  if (text === undefined) {
    text = write(value)
    known.set(value, text)
  }
  return text
}

function write(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  members.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${write(member)}`).join(',')}}`
}
