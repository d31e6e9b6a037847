import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Comparison } from '../../judge/comparison.ts'
import { carmine } from '../fixtures/carmine.ts'

const parent = mkdtempSync(join(tmpdir(), 'carmine-compare-'))
afterAll(() => rmSync(parent, { recursive: true }))

const suite = join(parent, 'suite.yaml')
writeFileSync(
  suite,
  'apiVersion: carmine/v1alpha1\nkind: Suite\nmetadata: { name: tiny }\nspec: { description: one, scenarios: [error-ratio], seeds: 2, levels: [L1], anchors: [] }\n',
)
const small = ['--suite', suite, '--workers', '1']
const folders = ['1-careful', '2-fast'].map(name => join(parent, 'runs', name)) as [string, string]

let made: Awaited<ReturnType<typeof carmine>>
beforeAll(async () => {
  made = await carmine('compare', 'careful', 'fast@L1', ...small, '--out', join(parent, 'runs'), '--json')
})

function comparisonMade(): Comparison {
  return JSON.parse(made.stdout) as Comparison
}

/** A copy of the second run with something else in its files. */
function changed(name: string, file: string, change: (text: string) => string): string {
  const folder = join(parent, name)
  cpSync(folders[1], folder, { recursive: true })
  writeFileSync(join(folder, file), change(readFileSync(join(folder, file), 'utf8')))
  return folder
}

describe('policies', () => {
  it('are run on the same seeds and compared trial by trial', () => {
    const comparison = comparisonMade()
    expect(comparison).toMatchObject({ schemaVersion: 1, baseline: 'careful' })
    const [candidate] = comparison.candidates
    expect(candidate).toMatchObject({ candidate: 'fast@L1', paired: true, commonSeeds: 2 })
    expect(candidate!.rows.map(row => [row.baseline, row.candidate])).toEqual([
      [
        { policy: 'careful', level: 'L1' },
        { policy: 'fast', level: 'L1' },
      ],
    ])
    // Two pairs are too few to tell anything.
    expect(comparison.verdict).toBe('cannot tell')
    expect(made.exitCode).toBe(2)
  })

  it('have the comparison in the folders of the candidates, and no pass where there are no criteria', () => {
    const [baseline, candidate] = folders
    expect(made.stderr).toContain(`report ${join(candidate, 'report.html')}\n`)
    expect(existsSync(join(baseline, 'comparison.json'))).toBe(false)
    expect(JSON.parse(readFileSync(join(candidate, 'comparison.json'), 'utf8'))).toEqual(comparisonMade())
    const page = readFileSync(join(candidate, 'report.html'), 'utf8')
    expect(page).toMatch(/Against the baseline[\s\S]*<li>\? cannot tell: fast@L1 against careful/)
    expect(/<h1>.*<\/h1>/.exec(page)![0]).toBe('<h1><span class="dim">–</span> tiny</h1>')
  })

  it('that cannot be compared with a run are refused before anything is run', async () => {
    const out = join(parent, 'unlike')
    const { exitCode, stderr } = await carmine('compare', folders[0], 'fast', '--scenario', 'latency', '--out', out)
    expect(exitCode).toBe(78)
    expect(stderr).toContain('a scenario only in fast: latency')
    expect(existsSync(out)).toBe(false)
  })

  it('that are not there are all told before anything is run', async () => {
    const { exitCode, stderr } = await carmine(
      'compare',
      'carefull',
      'fasst',
      'careful',
      ...small,
      '--out',
      join(parent, 'no'),
    )
    expect(exitCode).toBe(78)
    expect(stderr).toContain('did you mean `careful`?')
    expect(stderr).toContain('did you mean `fast`?')
    expect(stderr).not.toContain('trials')
  })
})

describe('finished runs', () => {
  it('give the same comparison as when they were made', async () => {
    const { stdout, exitCode } = await carmine('compare', ...folders, '--json')
    expect((JSON.parse(stdout) as Comparison).candidates[0]!.rows).toEqual(comparisonMade().candidates[0]!.rows)
    expect(exitCode).toBe(2)
  })

  it('lend a policy their inputs and seeds', async () => {
    const { stdout } = await carmine(
      'compare',
      folders[1],
      'careful@L1',
      '--workers',
      '1',
      '--out',
      join(parent, 'lent'),
      '--json',
    )
    const [lent, made] = [JSON.parse(stdout) as Comparison, comparisonMade()]
    expect(lent.candidates[0]!.rows[0]!.trials).toEqual(made.candidates[0]!.rows[0]!.trials)
  })

  it('make no folder to be named', async () => {
    const { exitCode, stderr } = await carmine('compare', folders[0], folders[0], '--out', join(parent, 'unused'))
    expect(exitCode).toBe(64)
    expect(stderr).toContain('--out is for the runs of policies')
  })

  it('are the same as themselves', async () => {
    const { stdout, exitCode } = await carmine('compare', folders[0], folders[0])
    expect(stdout).toContain('no difference in any of 4 pairs of trials')
    expect(exitCode).toBe(0)
  })

  it.each([
    ['terminal', /^\* fdrtS.restrictedMean +\d/m],
    ['markdown', /^\| \\\* fdrtS.restrictedMean \| /m],
  ])('are told as %s', async (format, line) => {
    const { stdout } = await carmine('compare', ...folders, '--format', format)
    expect(stdout).toMatch(line)
  })

  it('of other inputs are refused with every reason', async () => {
    const other = changed('other', 'plan.json', text =>
      text
        .replace('"horizonMs":1800000,"version', '"horizonMs":60000,"version')
        .replace('"requestsPerSecond":50', '"requestsPerSecond":60'),
    )
    const { exitCode, stderr } = await carmine('compare', folders[0], other)
    expect(exitCode).toBe(78)
    expect(stderr).toContain('horizon in ms: 1800000')
    expect(stderr).toContain('other scenario error-ratio: load.requestsPerSecond differs')
  })

  it('without common seeds are refused, unless they are to be compared as a whole', async () => {
    const later = changed('later', 'trials.ndjson', text =>
      text.replaceAll('"seed":1,', '"seed":11,').replaceAll('"seed":2,', '"seed":12,'),
    )
    const refused = await carmine('compare', folders[0], later)
    expect(refused).toMatchObject({ exitCode: 78, stderr: expect.stringContaining('no seeds in common; `--unpaired`') })
    const { exitCode, stdout } = await carmine('compare', folders[0], later, '--unpaired')
    expect(exitCode).toBe(2)
    expect(stdout).toContain('not paired: no seeds in common')
  })

  it('that lack their trials say so', async () => {
    const old = changed('old', 'trials.ndjson', () => '{"broken')
    expect(await carmine('compare', folders[0], old)).toMatchObject({
      exitCode: 78,
      stderr: expect.stringContaining('trials.ndjson:1:1: error: cannot be read'),
    })
  })
})
