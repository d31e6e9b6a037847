import { describe, expect, test } from 'vitest'
import type { ComparedRow, MeasureComparison } from '../harness/judge/comparison.ts'
import type { CriterionResult, ScenarioRow, Verdict } from '../harness/judge/summary.ts'
import { summary } from './fixtures/summary.ts'
import { type Promotion, type PromotionStep, renderPromotion } from './promotion.ts'

const fdrt: MeasureComparison = {
  measure: 'fdrtS',
  unit: 's',
  better: 'lower',
  decides: true,
  answer: 'better',
  scenario: null,
  n: { baseline: 300, candidate: 300 },
  values: { baseline: 1422, candidate: 50 },
  difference: { value: -1372, low: -1420, high: -1330 },
  pairs: { better: 290, worse: 2 },
  p: 0.0002,
  adjustedP: 0.001,
  worstScenario: null,
  trialsToTell: null,
  seedsToTell: null,
}
const comparison: ComparedRow = {
  baseline: { policy: 'careful', level: 'L0' },
  candidate: { policy: 'careful', level: 'L1' },
  sameAs: null,
  verdict: 'better',
  trials: { baseline: 700, candidate: 700, pairs: 700, different: 310 },
  measures: [fdrt],
  families: [],
}

function step(criteria: readonly CriterionResult[], verdict: Verdict): PromotionStep {
  return {
    from: 'L0',
    to: 'L1',
    description: 'may take the deploy back',
    summary: { ...summary, criteria, verdict },
    comparison,
  }
}

function promotion(...steps: PromotionStep[]): Promotion {
  const policy = { name: 'careful', file: null, sha256: 'a'.repeat(64) }
  return { service: 'checkout', policy, from: 'L0', to: steps.at(-1)!.to, steps, repeat: 'carmine promote --to L1' }
}

const [recall, twins, p95] = summary.criteria
const open = { ...twins!, missing: { n: 240, seeds: 24, trials: 960 } }

describe('the first lines', () => {
  test.each<[string, CriterionResult[], Verdict, RegExp[]]>([
    ['may', [recall!], 'pass', [/^# ✔ checkout may go from L0 to L1\n\n\*\*May\.\*\* .* shows 1 of the 1 criteria/]],
    [
      'may not',
      [recall!, open, p95!],
      'fail',
      [/^# ✖ checkout may not go from L0 to L1\n\n\*\*May not\.\*\*/, /Shown not to hold: `L1 fdrtS\.p95 < 1m30s`\./],
    ],
    [
      'not yet',
      [recall!, open],
      'inconclusive',
      [
        /^# \? checkout may not yet go from L0 to L1\n\n\*\*Not yet\.\*\*/,
        /Not decided: `L1 falsePositiveRate\.twins < 1%`;/,
        /- .*about 240 trials beside its 300 would decide it \(24 more seeds, 960 trials/,
      ],
    ],
  ])('answer: %s', (_, criteria, verdict, said) => {
    const text = renderPromotion(promotion(step(criteria, verdict)))
    for (const one of said) expect(text).toMatch(one)
  })

  test('of several steps, one that may not go is enough', () => {
    const second = { ...step([p95!], 'fail'), from: 'L1' as const, to: 'L2' as const }
    const text = renderPromotion(promotion(step([recall!], 'pass'), second))
    expect(text).toMatch(/^# ✖ checkout may not go from L0 to L2\n/)
    expect(text).toContain('## ✔ From L0 to L1: may\n')
    expect(text).toContain('## ✖ From L1 to L2: may not\n')
  })
})

describe('the document', () => {
  const text = renderPromotion(
    promotion(step([{ ...recall!, look: 2, n: 60, confidence: 0.99375 }, open], 'inconclusive')),
  )

  test('says what it rests on', () => {
    expect(text).toContain(`| sha256 of the policy | \`${'a'.repeat(64)}\` |`)
    expect(text).toContain(`| log digest | \`${summary.logDigest}\` |`)
    expect(text).toContain('first seed')
    expect(text).toContain('```sh\ncarmine promote --to L1\n```')
  })

  test('says of each criterion what was observed, what bounds it, and when it was decided', () => {
    expect(text).toContain('| ✔ pass | `L1 recall >= 95%` | 98.7% | 97% to 100% | look 2, 60 trials, 99.38% |')
    expect(text).toMatch(/\| \? inconclusive \| `L1 falsePositiveRate\.twins < 1%` \| 0\.3% \| 0% to 1\.57% \| no \|/)
  })

  test('compares the levels, and tells held-out families apart', () => {
    expect(text).toContain('| fdrtS | 23m42s | 50s | −22m52s | −23m40s to −22m10s | 290/2 | ▲ better |')
    const same = { ...comparison, trials: { ...comparison.trials, different: 0 } }
    const alike = { ...step([recall!], 'pass'), comparison: same }
    expect(renderPromotion(promotion(alike))).toContain('None: in 700 pairs of trials both levels did the same.')
    const apart = { ...summary.heldOut, families: ['leak'], levels: summary.levels }
    const heldOut = { ...step([recall!], 'pass'), summary: { ...summary, criteria: [], heldOut: apart } }
    expect(renderPromotion(promotion(heldOut))).toMatch(
      /## Families that no rule was made for\n\nleak: in no criterion/,
    )
  })

  test('has every table as wide as its heading', () => {
    const tables = text
      .trimEnd()
      .split('\n\n')
      .filter(part => part.startsWith('|'))
    expect(tables.length).toBeGreaterThanOrEqual(4)
    for (const lines of tables.map(part => part.split('\n').map(line => line.split(/(?<!\\)\|/).length)))
      expect(new Set(lines).size).toBe(1)
  })

  test('ends with limits and places to sign', () => {
    expect(text).toContain('## What this does not show\n\n- It is a simulation')
    expect(text).toMatch(/\| SRE lead \| {2}\| {2}\| {2}\|\n$/)
  })
})

describe('known risks', () => {
  const [scare] = summary.scenarios.filter(({ scares }) => scares.n > 0)
  const risk = (scenario: string, acted: number, byArgo: number): ScenarioRow => ({
    ...scare!,
    scenario,
    scares: { n: 100, alarmed: acted, acted, byArgoAlone: { alarmed: byArgo, acted: byArgo } },
    falseActionRate: {
      ...scare!.falseActionRate,
      worstScare: { scenario, value: acted / 100, low: 0.125, high: 0.5, claimHigh: null },
    },
  })
  const told = (scenarios: ScenarioRow[], criteria = [recall!]) => {
    const one = step(criteria, 'pass')
    return renderPromotion(promotion({ ...one, summary: { ...one.summary, scenarios } }))
  }
  const elsewhere: ScenarioRow = { ...risk('other-level', 90, 0), level: 'L0' }

  test('stand with interval and who acted, the worst first, at the level that is asked for alone', () => {
    const text = told([risk('quiet', 0, 0), risk('noisy', 4, 0), risk('outage', 38, 30), elsewhere])
    expect(text).toContain('## Known risks at L1\n')
    const rows = text.split('\n').filter(line => /^\| `(quiet|noisy|outage|other-level)`/.test(line))
    expect(rows).toEqual([
      '| `outage` | 38 of 100 | 38% 12.5–50 | 8 | 30 |',
      '| `noisy` | 4 of 100 | 4% 12.5–50 | 4 | 0 |',
      '| `quiet` | 0 of 100 | 0% 12.5–50 | 0 | 0 |',
    ])
  })

  test.each([
    [38, 30, "38 of 100 good releases were acted on, 8 times by the engine, 30 by the manifests' own analysis alone"],
    [38, 38, "38 of 100 good releases were acted on, each time by the manifests' own analysis alone"],
    [38, 0, '38 of 100 good releases were acted on, each time by the engine'],
  ])('%i of 100, %i by Argo alone, are in the first paragraph and in their section', (acted, byArgo, sentence) => {
    const text = told([risk('outage', acted, byArgo)])
    const looked = `${sentence}; no criterion looks at that.`
    expect(text.split('\n\n')[1]).toContain(`Known risk where something else is wrong: \`outage\`: ${looked}`)
    expect(text).toContain(`The worst is \`outage\`: ${looked}`)
  })

  test('that a criterion bounds are told as such', () => {
    const bounded: CriterionResult = { ...recall!, measure: 'falseActionRate.worstScare' }
    expect(told([risk('outage', 38, 0)], [bounded])).not.toContain('no criterion looks at that')
  })

  test('of which none happened are told in their section alone', () => {
    const text = told([risk('outage', 0, 0)])
    expect(text).toContain('while something else is wrong. None was.')
    expect(text).not.toContain('Known risk where')
    expect(told([elsewhere])).not.toContain('Known risks')
  })
})
