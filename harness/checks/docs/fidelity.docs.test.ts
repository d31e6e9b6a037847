import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { carmine } from '../../cli/fixtures/carmine.ts'

const docs = join(import.meta.dirname, '../../../docs')
const page = join(docs, 'fidelity.md')
const folder = mkdtempSync(join(tmpdir(), 'carmine-fidelity-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('the tables of docs/fidelity.md are those of its trials on a cluster and of the simulator of today (else: npm run test:docs -- -u fidelity)', async () => {
  const real = join(folder, 'real')
  const chosen = ['--suite', 'fidelity', '--seed', '1000001']
  // A run of the simulator lends the cluster's trials its plan.
  await carmine('run', ...chosen, '--backend', 'sim', '--logs', 'all', '--out', real)
  const plan = join(real, 'plan.json')
  writeFileSync(plan, readFileSync(plan, 'utf8').replace('"backend":"sim"', '"backend":"kind"'))
  copyFileSync(join(docs, 'fidelity.ndjson'), join(real, 'trials.ndjson'))
  const { stdout, exitCode } = await carmine('calibrate', ...chosen, '--out', folder, '--resume', '-o', 'markdown')
  expect(exitCode).toBe(0)
  const [before, after] = readFileSync(page, 'utf8').split(/(?<=<!-- tables -->\n).*(?=<!-- end of tables -->)/s)
  await expect(`${before}\n${stdout}\n${after}`).toMatchFileSnapshot(page)
}, 240_000)
