import { createHash } from 'node:crypto'
import { practicePolicies } from '../../reports/practice/policies.ts'
import { renderPractice } from '../../reports/practice.ts'
import { judgePractice } from '../judge/practice.ts'
import { InvalidInput } from '../model/problem.ts'
import type { SuitePlan } from '../run/suite-plan.ts'
import { readFromSummary, readPlan } from './read-run.ts'
import { readOperand } from './stored-run.ts'

/** The suite that the page is made from. */
export const practiceSuite = 'state-of-practice'

/**
 * What the gates that teams ship catch, miss and break, from a run of them, as Markdown. The same run gives the same bytes.
 * @throws InvalidInput where the run lacks a policy that the page tells of, or its end.
 */
export function practicePage(folder: string): string {
  const { version, suite, seed, logDigest, trials } = readFromSummary(
    folder,
    'version',
    'suite',
    'seed',
    'logDigest',
    'trials',
  )
  const plan = readPlan(folder)
  const { judged } = readOperand(folder)
  const { reference, gates, changes, anchors } = practicePolicies
  const run = new Set(judged.map(({ trial }) => trial.policy))
  const told = [reference, ...gates, ...changes.flatMap(({ before, after }) => [before, after]), ...anchors]
  const missing = [...new Set(told)].filter(policy => !run.has(policy))
  if (missing.length > 0) {
    const message = `holds no trials of ${missing.join(', ')}; \`carmine practice\` makes a run that has them`
    throw refused(folder, message)
  }
  if (trials.skipped > 0)
    throw refused(folder, `is of a run that did not get to its end: ${trials.skipped} trials are missing`)
  const practice = judgePractice(judged, { ...practicePolicies, heldOut: plan.suite.heldOut, seed })
  const inputs = inputsDigest(plan)
  return renderPractice(practice, {
    version,
    suite,
    seed,
    seeds: plan.suite.seeds,
    logDigest,
    trials: trials.valid,
    inputs,
  })
}

/** sha256 of what a page is about: scenarios, policies, manifests, telemetry, topology, parameters. Comments do not count. */
function inputsDigest({ suite, scenarios, groups, environment, horizonMs }: SuitePlan): string {
  const { levels, heldOut } = suite
  const content = JSON.stringify({ levels, heldOut, scenarios, groups, environment, horizonMs })
  return createHash('sha256').update(content).digest('hex')
}

function refused(file: string, message: string): InvalidInput {
  return new InvalidInput([{ file, line: 1, column: 1, message, severity: 'error' }])
}
