import type { Practice } from '../harness/judge/practice.ts'
import { formatRatio, formatSeconds } from './format.ts'
import { breaksSection } from './practice/breaks.ts'
import { changesSection } from './practice/changes.ts'
import { findingsSection, worseSection } from './practice/findings.ts'
import { gatesSection } from './practice/gates.ts'
import { limitsSection } from './practice/limits.ts'
import { missesSection } from './practice/misses.ts'

/** What the page was made from. */
export interface PracticeRun {
  readonly version: string
  readonly suite: string
  readonly seed: number
  readonly seeds: number
  readonly logDigest: string | null
  /** Valid ones, of all policies. */
  readonly trials: number
  /** sha256 of scenarios, policies and whatever else is given to them. */
  readonly inputs: string
}

/** What the gates that teams ship catch, miss and break, as Markdown. The same figures give the same bytes. */
export function renderPractice(practice: Practice, run: PracticeRun): string {
  return [
    '# The state of practice',
    head(practice, run),
    findingsSection(practice),
    worseSection(practice),
    gatesSection(practice),
    missesSection(practice, run),
    breaksSection(practice, run),
    changesSection(practice),
    limitsSection(),
  ]
    .join('\n\n')
    .concat('\n')
}

/** The first line is for a test, which finds out whether the page is of what there is. */
function head(
  { horizonMs }: Practice,
  { version, suite, seed, seeds, logDigest, trials, inputs }: PracticeRun,
): string {
  return `<!-- inputs ${inputs} -->

What do the canary gates that teams really ship catch, miss and break? Here are five of them, one of them with one thing changed at a time, and carmine's own \`careful\`, in ${trials} simulated trials: the same seeds, load and noise for all.

Made by \`npx carmine practice --seed ${seed} --seeds ${seeds}\`, which gives these bytes again: carmine ${version}, suite [${suite}](../scenarios/suites/${suite}.yaml), seeds ${seed} to ${seed + seeds - 1} of each scenario, log digest \`${logDigest}\`. Intervals in brackets are of ${formatRatio(0.95)}. Every trial ends ${formatSeconds(horizonMs / 1000)} after it began: what people do later is in no figure here.`
}
