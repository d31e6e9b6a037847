import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { scenarioDocument } from './scenario.ts'

const shipped = parse(readFileSync(new URL('../../scenarios/catalogue/error-ratio.yaml', import.meta.url), 'utf8')) as {
  spec: object
}

test.each([
  ['0.1%', '0.1%', true],
  ['50%', '49.9%', true],
  ['50%', '50%', false],
  ['0.1%', '4%', false],
  ['0%', '0%', true],
  ['100%', '0%', true],
  ['0%', '1%', false],
])('a base error ratio of mean %s and sd %s: %s', (mean, sd, exists) => {
  const scenario = { ...shipped, spec: { ...shipped.spec, baseErrorRatio: { mean, sd } } }
  const { success, error } = scenarioDocument.safeParse(scenario)
  expect(success).toBe(exists)
  if (!exists) expect(JSON.stringify(error!.issues)).toContain('no Beta law')
})
