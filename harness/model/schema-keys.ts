import * as z from 'zod'
import type { Path } from './yaml-source.ts'

/**
 * Keys that a zod schema knows for the map at a path. Of a union, those alternatives count whose literals (its `kind`, say) agree with the
 * value found there, or all where none does.
 */
export function keysAt(schema: z.ZodType, path: Path, value: unknown): string[] {
  let schemas = alternatives(schema, value)
  let found = value
  for (const segment of path) {
    found = childOf(found, segment)
    schemas = schemas.flatMap(parent => childSchemas(parent, segment)).flatMap(child => alternatives(child, found))
  }
  return [...new Set(schemas.flatMap(each => (each instanceof z.ZodObject ? Object.keys(each.shape) : [])))]
}

function childSchemas(schema: z.ZodType, segment: string | number): z.ZodType[] {
  if (schema instanceof z.ZodObject) {
    const shape = schema.shape as Record<string, z.ZodType>
    const child = Object.hasOwn(shape, segment) ? shape[segment] : undefined
    return child === undefined ? [] : [child]
  }
  if (schema instanceof z.ZodArray) return [schema.element as z.ZodType]
  if (schema instanceof z.ZodRecord) return [schema.valueType as z.ZodType]
  if (schema instanceof z.ZodTuple) {
    const item = (schema.def.items as z.ZodType[])[Number(segment)]
    return item === undefined ? [] : [item]
  }
  return []
}

/** The schema without the wrappers that add defaults, transforms and the like; a union as its alternatives. */
function alternatives(schema: z.ZodType, value: unknown): z.ZodType[] {
  if (schema instanceof z.ZodPipe) return alternatives(schema.in as z.ZodType, value)
  if (schema instanceof z.ZodLazy) return alternatives(schema.def.getter() as z.ZodType, value)
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly
  ) {
    return alternatives(schema.unwrap() as z.ZodType, value)
  }
  if (schema instanceof z.ZodIntersection) {
    return [schema.def.left, schema.def.right].flatMap(side => alternatives(side as z.ZodType, value))
  }
  if (!(schema instanceof z.ZodUnion)) return [schema]
  const all = (schema.options as z.ZodType[]).flatMap(option => alternatives(option, value))
  const agreeing = all.filter(option => agrees(option, value))
  return agreeing.length > 0 ? agreeing : all
}

function agrees(schema: z.ZodType, value: unknown): boolean {
  if (!(schema instanceof z.ZodObject)) return false
  const shape = schema.shape as Record<string, z.ZodType>
  return Object.entries(shape).every(
    ([key, child]) => !(child instanceof z.ZodLiteral) || child.safeParse(childOf(value, key)).success,
  )
}

function childOf(value: unknown, segment: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined
  return (value as Record<string | number, unknown>)[segment]
}
