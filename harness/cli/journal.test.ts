import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { planOf, rowOf, scenarioOf, shippedSubject } from '../run/fixtures/trials.ts'
import { runUnit } from '../run/run-unit.ts'
import { planUnits } from '../run/suite-plan.ts'
import { Journal } from './journal.ts'

const parent = mkdtempSync(join(tmpdir(), 'carmine-journal-'))
afterAll(() => rmSync(parent, { recursive: true }))
const newFolder = () => mkdtempSync(join(parent, 'run-'))

const rows = [rowOf('careful', 'L0'), rowOf('careful', 'L1'), rowOf('careful', 'L2')]
const plan = planOf([scenarioOf('error-ratio')], [{ subject: shippedSubject, rows }], { seeds: 2 })
const results = planUnits(plan).map(unit => runUnit(plan, unit, () => false))
const stored = results.map(({ frames: _, ...result }) => ({ ...result, logs: {}, wallMs: result.unit }))

function written(order: readonly number[]): { folder: string; file: string } {
  const folder = newFolder()
  const journal = new Journal(folder, plan)
  for (const unit of order) journal.append(results[unit]!, {}, unit)
  journal.close()
  return { folder, file: join(folder, 'units.ndjson') }
}

test('units come back as they were, in plan order', () => {
  const { folder } = written([2, 0, 3, 1])
  const journal = new Journal(folder, plan)
  expect([...journal.all()]).toEqual(stored)
  expect(JSON.stringify([...journal.all()].flatMap(({ trials }) => trials))).toBe(
    JSON.stringify(results.flatMap(({ trials }) => trials)),
  )
  journal.remove()
})

test('rows that did the same share their facts in memory, as they did in the run', () => {
  const { folder } = written([1])
  const journal = new Journal(folder, plan)
  const sharing = (trials: readonly { readonly facts: object }[]) =>
    trials.map(({ facts }) => trials.findIndex(other => other.facts === facts))
  expect(sharing(results[1]!.trials)).toEqual([0, 1, 1])
  expect(sharing(journal.read(1).trials)).toEqual([0, 1, 1])
  journal.close()
})

test('wherever a kill cuts the file, the lines before it count, and the rest can be added', () => {
  const { file } = written([2, 0, 3, 1])
  const whole = readFileSync(file)
  const ends = [
    0,
    ...whole
      .keys()
      .filter(at => whole[at] === 0x0a)
      .map(at => at + 1),
  ]
  fc.assert(
    fc.property(fc.nat(whole.length), at => {
      const cut = written([2, 0, 3, 1])
      truncateSync(cut.file, at)
      const lines = ends.filter(end => end > 0 && end <= at).length
      const journal = new Journal(cut.folder, plan)
      expect(journal.units).toEqual([2, 0, 3, 1].slice(0, lines).sort())
      for (const unit of [2, 0, 3, 1].slice(lines)) journal.append(results[unit]!, {}, unit)
      expect(readFileSync(cut.file).equals(whole)).toBe(true)
      expect([...journal.all()]).toEqual(stored)
      journal.close()
    }),
    { numRuns: 40 },
  )
})

test.each(['\0\0\0\0\n', '{"unit":0}\n', '{"unit":99,"digests":[],"factsOf":[]}\n', 'null\n'])(
  'what is no unit of the plan, such as %j, ends it',
  line => {
    const { folder, file } = written([0])
    appendFileSync(file, line)
    const journal = new Journal(folder, plan)
    expect(journal.units).toEqual([0])
    journal.append(results[1]!, {}, 1)
    expect([...journal.all()]).toEqual(stored.slice(0, 2))
    journal.close()
  },
)

test('a folder that is deleted while the run goes on is noticed', () => {
  const folder = newFolder()
  const journal = new Journal(folder, plan)
  rmSync(folder, { recursive: true })
  expect(() => journal.append(results[0]!, {}, 0)).toThrow(/units\.ndjson is gone/)
  journal.close()
})
