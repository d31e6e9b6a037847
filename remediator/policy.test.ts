import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseWith } from '../harness/model/parse-with.ts'
import { formatProblem } from '../harness/model/problem.ts'
import { readDocuments } from '../harness/model/yaml-source.ts'
import { detectors } from './detectors/index.ts'
import { policyDocument } from './policy.ts'

const folder = join(import.meta.dirname, '../scenarios/policies')

function read(file: string, text: string) {
  const { documents, problems } = readDocuments(file, text)
  expect(problems).toEqual([])
  return parseWith(policyDocument, documents[0]!)
}

function problemsOf(spec: string): string[] {
  const head = 'apiVersion: carmine/v1alpha1\nkind: Policy\nmetadata: { name: p }\nspec:\n  description: d\n'
  return read('p.yaml', head + spec).problems.map(formatProblem)
}

describe('a policy', () => {
  it.each(readdirSync(folder))('%s is valid and bears the name of its file', file => {
    const { value, problems } = read(file, readFileSync(join(folder, file), 'utf8'))
    expect(problems).toEqual([])
    expect(`${value?.metadata.name}.yaml`).toBe(file)
  })

  it('has every detector tuned, by defaults where it says nothing', () => {
    const { value } = read(
      'p.yaml',
      `apiVersion: carmine/v1alpha1
kind: Policy
metadata: { name: p }
spec:
  description: d
  decide: { when: { atLeast: 2 }, deciders: [threshold, progress] }
  detectors:
    threshold: { window: 2m, maxErrorRatio: 2% }
`,
    )
    expect(value?.spec.budget).toEqual({ actionsPerRevision: 1, retries: 3 })
    expect(Object.keys(value!.spec.detectors)).toEqual(detectors.map(({ name }) => name))
    expect(value?.spec.detectors['threshold']).toMatchObject({ window: 120_000, maxErrorRatio: 0.02, breaches: 2 })
  })

  it.each([
    [
      'a detector that does not exist',
      '  decide: { deciders: [treshold] }\n',
      /6:24: error: .*treshold.*mean `threshold`/,
    ],
    [
      'a key of a tuning that does not exist',
      '  decide: { when: never }\n  detectors: { threshold: { windw: 1m } }\n',
      /7:29: error: .*windw.*mean `window`/,
    ],
    ['no decider', '  decide: { when: any, deciders: [] }\n', /names no detector/],
    ['a decider without use', '  decide: { when: always, deciders: [progress] }\n', /no use where `when` is always/],
    ['a decider twice', '  decide: { deciders: [progress, progress] }\n', /names a detector twice/],
    [
      'more looks after an action than are kept',
      '  decide: { when: never }\n  remediate: { verify: { looks: 121 } }\n',
      /7:33: error: .*120/,
    ],
    ['too few deciders', '  decide: { when: { atLeast: 3 }, deciders: [progress] }\n', /are 1, fewer than the 3/],
  ])('is refused for %s', (_, spec, message) => {
    const problems = problemsOf(spec)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(message)
  })
})
