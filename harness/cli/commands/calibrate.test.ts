import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { carmine } from '../fixtures/carmine.ts'

const folder = mkdtempSync(join(tmpdir(), 'carmine-calibrate-'))
afterAll(() => rmSync(folder, { recursive: true }))

const real = join(folder, 'real')
const chosen = ['--suite', 'fidelity', '--scenario', 'dependency-outage-smoke', '--seeds', '1', '--workers', '1']

function change(file: string, from: string, to: string): void {
  const path = join(real, file)
  const text = readFileSync(path, 'utf8')
  expect(text).toContain(from)
  writeFileSync(path, text.replaceAll(from, to))
}

test('a finished run is held against the simulator of what is deployed; a trial without a valid pair leaves it open', async () => {
  // A run of the simulator stands in for the cluster's.
  await carmine('run', ...chosen, '--backend', 'sim', '--logs', 'all', '--out', real)
  change('plan.json', '"backend":"sim"', '"backend":"kind"')
  const again = ['calibrate', ...chosen, '--out', folder, '--resume']
  const first = await carmine(...again)
  expect(first.exitCode).toBe(0)
  expect(first.stdout).toMatch(/dependency-outage-smoke +good +1 +0 +1 /)
  const topology = JSON.parse(readFileSync(join(folder, 'topology.json'), 'utf8'))
  expect(Object.keys(topology.spec.services)).toEqual(['checkout', 'payments'])
  const { environment } = JSON.parse(readFileSync(join(folder, 'sim', 'plan.json'), 'utf8'))
  expect(Object.keys(environment.topology.services)).toEqual(['checkout', 'payments'])

  change('trials.ndjson', '"valid":true', '"valid":false')
  const second = await carmine(...again)
  expect(second.exitCode).toBe(2)
  expect(second.stdout).toMatch(/dependency-outage-smoke +good +0 +1 +0$/m)
  expect(second.stderr).toContain('one trial has no valid pair; run what is missing\n')
  expect(second.stderr).toContain(`calibrate ${chosen.join(' ')} --out ${folder} --resume\n`)
})
