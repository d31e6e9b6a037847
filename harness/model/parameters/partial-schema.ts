import * as z from 'zod'

/**
 * The schema of a document that leaves out whatever it does not change: maps with every key optional, and without their transforms.
 * Descriptions stay.
 */
export function partialSchema(schema: z.ZodType): z.ZodType {
  const { description } = schema
  const partial = withoutDescription(schema)
  return description === undefined || partial === schema ? partial : partial.meta({ description })
}

function withoutDescription(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodPipe) {
    const from = schema.in as z.ZodType
    return from instanceof z.ZodObject ? partialSchema(from) : schema
  }
  if (schema instanceof z.ZodRecord)
    return z.record(schema.keyType as z.ZodString, partialSchema(schema.valueType as z.ZodType))
  if (!(schema instanceof z.ZodObject)) return schema
  const shape = Object.entries(schema.shape as Record<string, z.ZodType>)
  return z.strictObject(Object.fromEntries(shape.map(([key, child]) => [key, partialSchema(child).optional()])))
}
