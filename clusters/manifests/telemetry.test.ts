import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseWith } from '../../harness/model/parse-with.ts'
import { readDocument } from '../../harness/model/yaml-source.ts'
import { defaultTelemetry, errorCode, telemetryDocument } from './telemetry.ts'

const parse = (text: string) => parseWith(telemetryDocument, readDocument('telemetry.yaml', text).document!)
const withSpec = (spec: string) =>
  parse(`apiVersion: carmine/v1alpha1\nkind: Telemetry\nmetadata: {name: x}\nspec: ${spec}\n`)

test('the shipped file spells out the defaults, and the method label of its counter', () => {
  const text = readFileSync(new URL('../../scenarios/subject/telemetry.yaml', import.meta.url), 'utf8')
  const requests = { ...defaultTelemetry.requests, labels: { method: 'GET' } }
  expect(parse(text)).toMatchObject({ value: { spec: { ...defaultTelemetry, requests } }, problems: [] })
})

test('error codes are matched as a whole', () => {
  const codes = ['500', '503', '1500', '404', '5xx']
  expect(codes.filter(code => errorCode(defaultTelemetry).test(code))).toEqual(['500', '503', '5xx'])
})

test.each([
  ['{latency: {bucketsS: [1, 0.5]}}', 'bucket bounds must rise'],
  [
    '{latency: {bucketsS: [0.1, 1]}}',
    '0.5 must be among the bounds: requests that take longer are bad, and are counted by bucket',
  ],
  ['{code: {error: "400"}}', '`errors` does not match the code in `error`'],
  ['{code: {errors: .*}}', '`errors` matches the code in `success`'],
  ['{code: {errors: "["}}', 'missing closing ]'],
  ['{code: {errors: "5(?=0).*"}}', 'invalid or unsupported Perl syntax'],
  ['{labels: {pod: pod-name}}', 'a label name has letters'],
  ['{scrapeInterval: 5}', 'expected a duration'],
  ['{requests: {counter: up}}', '`up` is the name of another series'],
  ['{requests: {counter: a_count}, latency: {histogram: a}}', '`a_count` is the name of another series'],
  ['{requests: {inFlight: http_requests_total}}', '`http_requests_total` is the name of another series'],
  ['{labels: {pod: code}}', 'two labels are called `code`'],
  ['{requests: {labels: {job: x}}}', 'two labels are called `job`'],
  ['{labels: {constant: {le: x}}}', 'two labels are called `le`'],
  ['{scrapeInterval: 0s}', 'from 1s to 5m'],
  ['{scrapeInterval: 100h}', 'from 1s to 5m'],
])('%s is refused', (spec, message) => {
  expect(
    withSpec(spec)
      .problems.map(problem => problem.message)
      .join(),
  ).toContain(message)
})
