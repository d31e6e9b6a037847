import { PREDICATES } from '../predicate-names.ts'
import type { Builtin } from './builtin.ts'
import { ENCODING_BUILTINS } from './encodings.ts'
import { LIST_BUILTINS } from './lists.ts'
import { NUMBER_BUILTINS } from './numbers.ts'
import { STRING_BUILTINS } from './strings.ts'

/** Every built-in that is not a predicate, by name. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map(
  Object.entries({ ...NUMBER_BUILTINS, ...LIST_BUILTINS, ...STRING_BUILTINS, ...ENCODING_BUILTINS }),
)

/** True of every name that a condition cannot give to a variable because it is a built-in's. */
export function isBuiltinName(name: string): boolean {
  return BUILTINS.has(name) || PREDICATES.has(name)
}
