import { expect, test } from 'vitest'
import * as z from 'zod'
import { share, time } from './entries.ts'
import { partialSchema } from './partial-schema.ts'

const whole = z
  .strictObject({
    wait: time.meta({ description: 'Until it comes' }),
    lost: share,
    deeper: z.strictObject({ wait: time }).meta({ description: 'Below' }),
  })
  .meta({ description: 'All' })
const partial = partialSchema(whole)

test('any part may be left out, of an entry too, and nothing else may be written', () => {
  for (const written of [{}, { wait: { source: 'test' } }, { deeper: {} }, { lost: { share: '5%' } }])
    expect(partial.safeParse(written).success).toBe(true)
  for (const written of [{ wiat: {} }, { wait: { ms: 5 } }, { lost: { share: '500%' } }])
    expect(partial.safeParse(written).success).toBe(false)
})

test('every description of the whole is one of the part', () => {
  const { description, properties } = z.toJSONSchema(partial, { io: 'input' })
  expect(description).toBe('All')
  expect(properties).toMatchObject({ wait: { description: 'Until it comes' }, deeper: { description: 'Below' } })
})
