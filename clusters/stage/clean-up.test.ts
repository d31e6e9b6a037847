import { expect, test } from 'vitest'
import { withCleanUp } from './clean-up.ts'

const said: string[] = []
const fail = (message: string) => async () => {
  throw new Error(message)
}

test.each([
  ['the error of the part counts', fail('first'), fail('second'), 'first', [expect.stringMatching(/second$/)]],
  ['a part that went well does not hide what is left', async () => 1, fail('second'), 'second', []],
])('%s', async (_, part, cleanUp, message, told) => {
  said.length = 0
  await expect(withCleanUp<unknown>(part, cleanUp, line => said.push(line))).rejects.toThrow(message)
  expect(said).toEqual(told)
})
