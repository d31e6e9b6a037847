import { expect, test } from 'vitest'
import { calm } from '../../harness/judge/fixtures/trials.ts'
import type { TrialFacts } from '../../harness/judge/instants.ts'
import type { TrialResult } from '../../harness/judge/trial-result.ts'
import { notableTrials } from './notable.ts'

function trial(id: string, family: string, facts: Partial<TrialFacts> = {}): TrialResult {
  const [scenario = '', variant, policy = '', level, seed] = id.split('/')
  return {
    id,
    scenario,
    family,
    variant: variant as TrialResult['variant'],
    policy,
    level: level as TrialResult['level'],
    seed: Number(seed),
    digest: '',
    facts: { ...calm, onsetMs: 0, recoveredMs: 1000, ...facts },
  }
}

/** Many, so that as many are wanted as ever. */
const crowd = (['L1', 'L4'] as const).flatMap(level =>
  ['a', 'b', 'c'].flatMap(scenario =>
    Array.from({ length: 200 }, (_, i) =>
      trial(`${scenario}/faulty/careful/${level}/${i + 1}`, scenario, { recoveredMs: (i + 1) * 1000, badRequests: i }),
    ),
  ),
)

test('the typical trial of a family and level has the median time to recovery, the highest level first', () => {
  const notable = notableTrials(crowd, [], ['careful'])
  const typical = notable.filter(({ why }) => why.startsWith('typical'))
  expect(typical[0]).toEqual({ id: 'a/faulty/careful/L4/100', why: 'typical of family a at L4', problem: null })
  expect(typical.map(({ why }) => why.slice(-2))).toEqual(['L4', 'L4', 'L4', 'L1', 'L1', 'L1'])
})

test('the most bad requests of each scenario are there once, from the levels that act', () => {
  const silent = trial('a/faulty/careful/L0/1', 'a', { badRequests: 1e6 })
  const harmful = notableTrials([...crowd, silent], [], ['careful']).filter(({ why }) => why === 'most bad requests')
  expect(harmful.map(({ id }) => id)).toEqual([
    'a/faulty/careful/L1/200',
    'b/faulty/careful/L1/200',
    'c/faulty/careful/L1/200',
  ])
})

test('what went wrong comes first, a scenario and policy once, the policies in turns, with its problem', () => {
  const other = trial('a/faulty/other/L1/1', 'a')
  const finding = (id: string) => ({ trial: id, problem: `${id} is bad`, replay: '' })
  const findings = ['a/faulty/other/L1/1', 'b/faulty/careful/L1/2', 'b/faulty/careful/L1/3', 'c/faulty/careful/L4/9']
  const notable = notableTrials([...crowd, other], findings.map(finding), ['careful', 'other'])
  expect(notable.filter(({ why }) => why === 'went wrong')).toEqual(
    ['b/faulty/careful/L1/2', 'a/faulty/other/L1/1', 'c/faulty/careful/L4/9'].map(id => ({
      id,
      why: 'went wrong',
      problem: `${id} is bad`,
    })),
  )
})

test('anchors and invalid trials are left out, and never more than two dozen are shown', () => {
  const families = Array.from({ length: 60 }, (_, i) => `family-${i}`)
  const many = families.flatMap(family => [
    trial(`${family}/faulty/careful/L1/1`, family, { valid: false }),
    trial(`${family}/faulty/null/L1/1`, family),
    ...Array.from({ length: 20 }, (_, i) => trial(`${family}/faulty/careful/L1/${i + 2}`, family)),
  ])
  const notable = notableTrials(many, [], ['careful'])
  expect(notable).toHaveLength(24)
  for (const { id } of notable) expect(id).toMatch(/\/careful\/L1\/(?!1$)/)
})

test('of few trials few are shown', () => {
  expect(notableTrials(crowd.slice(0, 40), [], ['careful']).length).toBeLessThanOrEqual(5)
  expect(notableTrials([], [], ['careful'])).toEqual([])
})
