import { ExpressionError } from './expression-error.ts'
import { isAny } from './go-type.ts'
import type { Value } from './value.ts'
import { isTagged, nameOfKind, nameOfType } from './value.ts'

/** reflect.Value.Call of a function whose type the checker did not know. */
export function callByReflection(target: Value, args: readonly Value[]): Value {
  if (!isTagged(target, 'func'))
    throw new ExpressionError(
      `reflect: call of reflect.Value.Call on ${target === null ? 'zero' : nameOfKind(target)} Value`,
    )
  const { parameters = [] } = target.type
  if (args.length !== parameters.length)
    throw new ExpressionError(
      `reflect: Call with too ${args.length < parameters.length ? 'few' : 'many'} input arguments`,
    )
  args.forEach((arg, index) => {
    const wanted = parameters[index]!
    if (!isAny(wanted) && nameOfType(arg) !== wanted.name)
      throw new ExpressionError(`reflect: Call using ${nameOfType(arg)} as type ${wanted.name}`)
  })
  return target.call(args)
}
