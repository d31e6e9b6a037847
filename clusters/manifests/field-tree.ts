/**
 * The fields of a kind of object, as its schema in the cluster has them. A map's keys are its fields (`!` marks the required ones, `*` any
 * key), a list holds the tree of its items, and a word is the type of a value.
 */
export type FieldTree = FieldType | readonly [FieldTree] | { readonly [field: string]: FieldTree }

export type FieldType = 'string' | 'integer' | 'number' | 'boolean' | 'intOrString' | 'any'

/** The field of a map with a name, whether it is required or not; undefined when the map has no such field. */
export function fieldOf(tree: { readonly [field: string]: FieldTree }, name: string): FieldTree | undefined {
  return own(tree, name) ?? own(tree, `${name}!`) ?? own(tree, '*')
}

export function isList(tree: FieldTree): tree is readonly [FieldTree] {
  return Array.isArray(tree)
}

export function isMap(tree: FieldTree): tree is { readonly [field: string]: FieldTree } {
  return typeof tree === 'object' && !Array.isArray(tree)
}

/** The names of a map's fields, and those that are required. */
export function fieldNames(tree: { readonly [field: string]: FieldTree }): { all: string[]; required: string[] } {
  const keys = Object.keys(tree).filter(key => key !== '*')
  return {
    all: keys.map(key => key.replace('!', '')),
    required: keys.filter(key => key.endsWith('!')).map(key => key.slice(0, -1)),
  }
}

function own(tree: { readonly [field: string]: FieldTree }, key: string): FieldTree | undefined {
  return Object.hasOwn(tree, key) ? tree[key] : undefined
}
