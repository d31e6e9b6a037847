import { describe, expect, it, test } from 'vitest'
import { judgeTrials } from '../harness/judge/evidence.ts'
import {
  calm,
  falselyReverted,
  faultyScenario,
  reverted,
  scareScenario,
  trial,
  unnoticed,
} from '../harness/judge/fixtures/trials.ts'
import { judgePractice } from '../harness/judge/practice.ts'
import { marked, pointsText, quantileText, signedText } from './practice/markdown.ts'
import { practicePolicies } from './practice/policies.ts'
import { renderPractice } from './practice.ts'

const { reference, gates, changes, anchors } = practicePolicies
const policies = [...new Set([reference, ...gates, ...changes.map(({ after }) => after), ...anchors])]
const scenarios = [faultyScenario('latency'), faultyScenario('made-up'), scareScenario('flapping-pod')]
const seeds = Array.from({ length: 12 }, (_, i) => i + 1)

/** The reference alone catches, and it stops good releases in a scare. */
const trials = policies.flatMap(policy =>
  seeds.flatMap(seed => [
    ...['latency', 'made-up'].flatMap(name => [
      trial(name, 'faulty', seed, [policy, 'L1'], policy === reference ? reverted : unnoticed),
      trial(name, 'twin', seed, [policy, 'L1'], calm),
    ]),
    trial('flapping-pod', 'scare', seed, [policy, 'L1'], policy === reference ? falselyReverted : calm),
  ]),
)
const practice = judgePractice(judgeTrials(trials, scenarios), { ...practicePolicies, heldOut: [], seed: 7 })
const run = {
  version: '1.2.3',
  suite: 'state-of-practice',
  seed: 7,
  seeds: 12,
  logDigest: 'abc',
  trials: trials.length,
  inputs: 'f'.repeat(64),
}
const page = renderPractice(practice, run)
const sectionOf = (title: string) => page.split('\n## ').find(part => part.startsWith(title))!

describe('the page', () => {
  it('is a function of the figures alone', () => {
    const again = renderPractice(structuredClone(practice), { ...run })
    expect(again).toBe(page)
  })

  it('begins with what it was made from and by', () => {
    expect(page).toMatch(/^# The state of practice\n\n<!-- inputs f{64} -->\n/)
    expect(page).toContain('`npx carmine practice --seed 7 --seeds 12`')
    expect(page).toContain('carmine 1.2.3')
    expect(page).toContain('seeds 7 to 18 of each scenario, log digest `abc`')
  })

  it('says where the reference is worse before the figures that speak for it', () => {
    expect(page.indexOf('## Where `careful` is worse')).toBeLessThan(page.indexOf('## The gates'))
    expect(sectionOf('Where')).toContain(
      '| `flapping-pod` | good deploys stopped while something else is wrong | 100% | `no-analysis` 0%',
    )
  })

  it('gives the reason of a failure with a trial that shows it, and owns up to one that it does not know', () => {
    const misses = sectionOf('What each misses')
    expect(misses).toContain('Only status codes are measured')
    expect(misses).toContain('`latency/faulty/stock-argo-unscoped/L1/1`')
    expect(misses).toContain('Not explained: `no-analysis` in `made-up`, `stock-argo-unscoped` in `made-up`')
    expect(misses).not.toContain('`stock-argo` in `latency`')
  })

  it('has a table of as many cells in each line as in its first', () => {
    const tables = page.split('\n\n').filter(part => part.startsWith('| '))
    expect(tables.length).toBeGreaterThan(8)
    for (const lines of tables.map(part => part.split('\n'))) {
      const widths = lines.map(line => line.replaceAll('\\|', '').split('|').length)
      expect(new Set(widths).size, lines[0]).toBe(1)
    }
  })
})

test.each([
  [{ count: 4, n: 4 }, '● 100%'],
  [{ count: 1, n: 4 }, '◐ 25%'],
  [{ count: 0, n: 4 }, '○ 0%'],
  [{ count: 0, n: 0 }, '–'],
])('a share is told without colour: %o is %s', (share, text) => {
  expect(marked(share)).toBe(text)
})

test.each([
  [pointsText({ value: 0.1, low: -0.02, high: 0.2 }), '+10.0 (−2.0 to +20.0)'],
  [signedText({ value: -5465.4, low: -8561, high: 0 }), '−5465 (−8561 to 0)'],
  [signedText({ value: 0.04, low: -0.01, high: null }), '0 (0 to –)'],
  [quantileText({ value: null, low: null, high: null }, 1920), 'over 32m'],
  [quantileText({ value: 35, low: null, high: null }, 1920), '35s'],
])('%s', (text, expected) => {
  expect(text).toBe(expected)
})
