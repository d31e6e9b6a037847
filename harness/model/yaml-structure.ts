import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair } from 'yaml'

/** Levels of maps and lists in one document; Kubernetes manifests stay below 25. */
const maxDepth = 100

/** Aliases in one document: finding an anchor costs the package one pass over the document. */
const maxAliases = 1000

/** Values of one document after its aliases are expanded. */
const maxValues = 200_000

interface Fault {
  readonly offset: number
  readonly message: string
}

/**
 * What is wrong with a document that is correct as YAML but not as data: doubled keys, keys that are no plain text, aliases without an anchor
 * or inside their own anchor, nesting beyond `maxDepth`, and aliases that expand to more than `maxValues` values.
 */
export function structureFaults(tree: Document): Fault[] {
  const faults: Fault[] = []
  const sizes = new Map<Node, number>()
  const open = new Set<Node>()
  const anchors = new Map<string, Node>()
  let aliases = 0

  const checkMerge = (key: Node, value: Node | null) => {
    const sources = isSeq(value) ? (value.items as (Node | null)[]) : [value]
    const targets = sources.map(source => (isAlias(source) ? anchors.get(source.source) : source))
    if (targets.every(target => isMap(target))) return
    faults.push({
      offset: key.range?.[0] ?? 0,
      message: 'the merge key `<<` takes a map, an alias of one, or a list of these',
    })
  }

  const measure = (node: Node | null, depth: number): number => {
    if (node === null) return 1
    const offset = node.range?.[0] ?? 0
    if (depth > maxDepth) {
      faults.push({ offset, message: `nested more than ${maxDepth} levels deep` })
      return 1
    }
    if (isAlias(node)) {
      aliases++
      const target = anchors.get(node.source)
      if (target === undefined) faults.push({ offset, message: `no anchor &${node.source} before this alias` })
      else if (open.has(target)) faults.push({ offset, message: `the alias *${node.source} contains itself` })
      return target === undefined ? 1 : (sizes.get(target) ?? 1)
    }
    if (node.anchor !== undefined) anchors.set(node.anchor, node)
    let size = 1
    open.add(node)
    if (isSeq(node)) for (const item of node.items) size += measure(item as Node | null, depth + 1)
    if (isMap(node)) {
      const pairs = node.items as Pair<Node, Node | null>[]
      faults.push(...keyFaults(pairs))
      for (const pair of pairs) size += measure(pair.value, depth + 1)
      for (const { key, value } of pairs) {
        if (isScalar(key) && typeof key.value === 'symbol') checkMerge(key, value)
      }
    }
    open.delete(node)
    sizes.set(node, size)
    return size
  }

  const size = measure(tree.contents, 0)
  const offset = tree.contents?.range?.[0] ?? 0
  if (aliases > maxAliases) faults.push({ offset, message: `the document holds more than ${maxAliases} aliases` })
  if (size > maxValues) {
    faults.push({ offset, message: `the document holds more than ${maxValues} values once its aliases are expanded` })
  }
  return faults
}

function keyFaults(pairs: readonly Pair<Node, Node | null>[]): Fault[] {
  const faults: Fault[] = []
  const seen = new Set<string>()
  for (const { key } of pairs) {
    const offset = key?.range?.[0] ?? 0
    if (!isScalar(key) || key.value === null) {
      faults.push({ offset, message: 'a key that is not text' })
      continue
    }
    const text = typeof key.value === 'symbol' ? key.value.description! : String(key.value)
    if (seen.has(text) && text !== '<<')
      faults.push({ offset, message: `the key \`${text}\` stands twice in this map` })
    seen.add(text)
  }
  return faults
}
