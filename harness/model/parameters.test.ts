import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { shippedParameters } from './fixtures/parameters.ts'
import { readParameters } from './parameters.ts'
import { readDocument, type SourceDocument } from './yaml-source.ts'

const head = 'apiVersion: carmine/v1alpha1\nkind: Parameters\nmetadata: { name: ours }\nspec:\n'

function documentOf(file: string, text: string): SourceDocument {
  return readDocument(file, text).document!
}

const lognormal = (median: string) => `{ median: ${median}, sigma: 1, source: there }`

const whole = documentOf(
  'whole.yaml',
  readFileSync(new URL('../../scenarios/parameters.yaml', import.meta.url), 'utf8'),
)

function override(...texts: string[]) {
  return readParameters(
    whole,
    texts.map((text, i) => documentOf(`folder/${i}.yaml`, `${head}${text}`)),
  )
}

test('a file that changes nothing leaves every parameter as shipped', () => {
  expect(override('  {}').value!.parameters).toEqual(shippedParameters)
})

test('a changed entry has the file as its source where it names none; its other keys and all other entries stay', () => {
  const { parameters } = override('  people: { look: { median: 10m } }').value!
  const { people } = shippedParameters
  const look = { medianMs: 600_000, sigma: people.look.sigma, source: 'set in 0.yaml' }
  expect(parameters).toEqual({ ...shippedParameters, people: { ...people, look } })
})

test('of several files the later one wins, and a source that is given stays', () => {
  const { parameters } = override(
    `  people: { look: ${lognormal('1m')}, promote: ${lognormal('2m')} }`,
    '  people: { look: { median: 3m, source: our own log } }',
  ).value!
  expect(parameters.people.look).toEqual({ medianMs: 180_000, sigma: 1, source: 'our own log' })
  expect(parameters.people.promote).toEqual({ medianMs: 120_000, sigma: 1, source: 'there' })
})

test.each([
  ['  peple: {}', 5, '`spec.peple` is not a known key', 'did you mean `people`?'],
  ['  people: { lok: { median: 3m } }', 5, '`spec.people.lok` is not a known key', 'did you mean `look`?'],
  ['  people:\n    look: { medain: 3m }', 6, '`spec.people.look.medain` is not a known key', 'did you mean `median`?'],
  ['  people:\n    look: 3m', 6, '`spec.people.look`: expected a map, got the text "3m"', undefined],
  [
    '  people:\n    page:\n      lost: { share: 120% }',
    7,
    '`spec.people.page.lost.share`: "120%" is not a share; write 0.05 or 5%, at most 1 or 100%',
    undefined,
  ],
  [
    '  people: { look: { median: 0s } }',
    5,
    '`spec.people.look.median`: the median of a lognormal law is above 0',
    undefined,
  ],
  [
    '  kubernetes: { autoscaler: { sync: { time: 0s } } }',
    5,
    '`spec.kubernetes.autoscaler.sync`: an interval here is from 1s to 5m',
    undefined,
  ],
  [
    '  clients: { callTimeout: { time: 0s } }',
    5,
    '`spec.clients.callTimeout`: a timeout is above 0 and at most 1h',
    undefined,
  ],
  [
    '  traffic: { startsAt: { latest: { time: 30h } } }',
    5,
    '`spec.traffic.startsAt.latest`: a time of day is from 0h to 24h',
    undefined,
  ],
  [
    '  traffic: { startsAt: { earliest: { time: 8h }, latest: { time: 7h } } }',
    5,
    '`spec.traffic.startsAt.latest`: `latest` lies before `earliest`',
    undefined,
  ],
])('%j is wrong, with its place', (text, line, message, hint) => {
  const { value, problems } = override(text)
  expect(value).toBeUndefined()
  expect(problems).toEqual([
    { file: 'folder/0.yaml', line, column: expect.any(Number), message, severity: 'error', ...(hint && { hint }) },
  ])
})

test('the problems of all files are told at once', () => {
  const { problems } = override('  people: { lok: {} }', '  people: { prmote: {} }')
  expect(problems.map(({ file }) => file)).toEqual(['folder/0.yaml', 'folder/1.yaml'])
})
