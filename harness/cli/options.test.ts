import { expect, test } from 'vitest'
import { carmine } from './fixtures/carmine.ts'

test.each([
  [['list', 'suites', '--json', '--output', 'name'], /'--json' and '--output name' ask for two forms/],
  [['list', 'suites', '-o', 'ndjson', '--json'], /'--json' and '--output ndjson'/],
  [['run', '--json', '-o', 'ndjson'], /'--json' and '--output ndjson'/],
  [['replay', 'any', '--postmortem', '--json'], /'--json' and '--postmortem'/],
  [['replay', 'any', '--postmortem', '-o', 'timeline'], /'--postmortem' and '--output timeline'/],
])('%j asks for two forms of one result', async (args, told) => {
  const { exitCode, stdout, stderr } = await carmine(...args)
  expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' })
  expect(stderr).toMatch(told)
})

test('the same form may be asked for twice', async () => {
  expect(await carmine('list', 'suites', '--json', '--output', 'json')).toMatchObject({ exitCode: 0 })
})
