import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { run } from '../cli/commands/run.ts'
import { processContext } from '../cli/context.ts'
import { loadPlan } from '../cli/load/load-plan.ts'
import { readPlan } from '../cli/read-run.ts'
import { readOperand } from '../cli/stored-run.ts'
import { compareRows } from '../judge/compare.ts'
import { type ComparedSide, matchRows } from '../judge/match-rows.ts'
import { planUnits } from '../run/suite-plan.ts'
import { streamKey, uniform } from '../stats/uniform.ts'

// How often the gate calls a policy worse than itself: pairs of disjoint sets of seeds, drawn from one run and judged as runs without common
// seeds are. A run is made where no folder of one is given.

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    suite: { type: 'string', default: 'quick' },
    policy: { type: 'string', default: 'careful' },
    out: { type: 'string' },
    level: { type: 'string', default: 'L1' },
    trials: { type: 'string', default: '10000' },
    pairs: { type: 'string', default: '200' },
    /** Of each set: as many as the suite pull-request has. */
    seeds: { type: 'string', default: '45' },
  },
})

/** Of 200 pairs at most 16, where 5 are to be expected: of all tests together 5 % may err, half of them in this direction. */
const regressShareMax = 16 / 200

const folder = positionals[0] ?? (await makeRun())
const plan = readPlan(folder)
const operand = readOperand(folder)
const size = Number(values.seeds)
const allSeeds = [...new Set(operand.judged.map(({ trial }) => trial.seed))]
const pairs = Number(values.pairs)
const counts: Record<string, number> = { regress: 0, better: 0, 'cannot tell': 0, same: 0 }
const culprits: Record<string, number> = {}
for (let pair = 0; pair < pairs; pair++) {
  const shuffled = shuffle(allSeeds, pair)
  const rows = matchRows(part(shuffled.slice(0, size)), part(shuffled.slice(size, 2 * size)))
  const { verdict, rows: compared } = compareRows(rows, {
    paired: false,
    heldOut: operand.heldOut,
    seed: pair + 1,
    seeds: size,
  })
  counts[verdict]!++
  for (const { measure, answer } of compared.flatMap(({ measures }) => measures.filter(({ decides }) => decides))) {
    if (answer === 'worse') culprits[measure] = (culprits[measure] ?? 0) + 1
  }
}
const told = operand.policies.flatMap(policy => operand.levels.map(level => `${policy} ${level}`)).join(', ')
process.stdout.write(
  `${pairs} pairs of disjoint sets of ${size} seeds out of ${allSeeds.length}, ${plan.scenarios.length} scenarios, ${told}\n${JSON.stringify(counts)}\nworse: ${JSON.stringify(culprits)}\n`,
)
const isBroken = counts['regress']! > regressShareMax * pairs || 2 * size > allSeeds.length
process.stdout.write(isBroken ? 'more than the gate may err\n' : 'no more than the gate may err\n')
process.exitCode = isBroken ? 1 : 0

function part(seeds: readonly number[]): ComparedSide {
  const own = new Set(seeds)
  return { ...operand, judged: operand.judged.filter(({ trial }) => own.has(trial.seed)) }
}

function shuffle(seeds: readonly number[], pair: number): number[] {
  const key = streamKey(pair, 'aa', 'order')
  return seeds
    .map((seed, i) => ({ seed, order: uniform(key, i) }))
    .sort((a, b) => a.order - b.order)
    .map(({ seed }) => seed)
}

async function makeRun(): Promise<string> {
  const out = values.out ?? join(mkdtempSync(join(tmpdir(), 'carmine-aa-')), 'run')
  const { suite, policy, level, trials } = values
  const options = {
    suite,
    policy: [policy],
    levels: [level as 'L1'],
    lenient: false,
    logs: 'failing',
    retain: false,
    output: 'json',
    quiet: true,
  } as const
  const context = { ...processContext(), writeResult: () => {} }
  const { plan } = loadPlan({ ...options, policies: [policy], seed: 1, seeds: 1, withoutAnchors: true })
  const ofASeed = planUnits(plan).length * plan.groups.flatMap(({ rows }) => rows).length
  await run(
    { ...options, seed: 1_000_001, seeds: Math.floor(Number(trials) / ofASeed), out, workers: 1, withoutAnchors: true },
    context,
  )
  return out
}
