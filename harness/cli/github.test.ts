import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, test } from 'vitest'
import { appendSummary, githubOf } from './github.ts'
import { placesOf } from './places.ts'

const folder = mkdtempSync(join(tmpdir(), 'carmine-github-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('the summary of a step', () => {
  const file = join(folder, 'summary.md')
  const github = githubOf({ GITHUB_STEP_SUMMARY: file }, folder)
  it('grows by what it still takes', () => {
    writeFileSync(file, 'x'.repeat(1024 * 1024 - 10))
    appendSummary(github, limitBytes => 'y'.repeat(limitBytes))
    expect(readFileSync(file, 'utf8')).toHaveLength(1024 * 1024)
    appendSummary(github, limitBytes => 'z'.repeat(limitBytes))
    expect(readFileSync(file, 'utf8')).toHaveLength(1024 * 1024)
  })
  it('is nowhere outside of GitHub', () => {
    expect(githubOf({ GITHUB_STEP_SUMMARY: '' }, folder)).toEqual({
      summaryFile: undefined,
      takesCommands: false,
      root: folder,
    })
  })
})

test('files are shown below the root of the workspace on GitHub alone', () => {
  expect(githubOf({ GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: '/w' }, folder).root).toBe('/w')
  expect(githubOf({ GITHUB_WORKSPACE: '/w' }, folder).root).toBe(folder)
})

describe('places', () => {
  const policy = join(folder, 'mine.yaml')
  const suite = join(folder, 'ours.yaml')
  writeFileSync(
    policy,
    'apiVersion: carmine/v1alpha1\nkind: Policy\nmetadata:\n  # ours\n  name: mine\nspec:\n  description: x\n  decide: { when: any, deciders: [progress] }\n',
  )
  writeFileSync(
    suite,
    'apiVersion: carmine/v1alpha1\nkind: Suite\nmetadata: { name: ours }\nspec:\n  description: x\n  scenarios: [latency]\n  seeds: 1\n  criteria:\n    - L1 recall >= 90%\n    - L1 recall >= 95%\n',
  )
  it('are lines of the files that the run was called with', () => {
    expect(placesOf(['--suite', suite, '--policy', policy], folder)).toEqual({
      policies: { mine: { file: 'mine.yaml', line: 5 } },
      criteria: {
        'L1 recall >= 90%': { file: 'ours.yaml', line: 9 },
        'L1 recall >= 95%': { file: 'ours.yaml', line: 10 },
      },
    })
  })
  it('outside of the root, or of files that are gone, are none', () => {
    const none = { policies: {}, criteria: {} }
    expect(placesOf(['--suite', suite, '--policy', policy], join(folder, 'deeper'))).toEqual(none)
    expect(placesOf(['--suite', join(folder, 'gone.yaml'), '--policy', join(folder, 'gone.yaml')], folder)).toEqual(
      none,
    )
  })
})
