import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { k6Files, shippedScript } from './k6-script.ts'

const profile = { seed: 1, startRate: 50_000, stages: [], virtualUsers: 50, routes: [], tenants: [] }

test('k6 runs an entry of our own, whose summary goes over that of the script', () => {
  const script = readFileSync(shippedScript, 'utf8')
  const files = k6Files(script, profile)
  expect(Object.keys(files)).toEqual(['main.js', 'load.js', 'profile.json'])
  expect(files['main.js']).toContain("export { default } from './load.js'")
  expect(files['main.js']).toContain('export function handleSummary')
  expect(files['load.js']).toBe(script)
})

test('a script without a default function has none exported', () => {
  const files = k6Files(
    "export const options = { scenarios: { a: { exec: 'buy' } } }\nexport function buy() {}",
    profile,
  )
  expect(files['main.js']).not.toContain('default')
})
