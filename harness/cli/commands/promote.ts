import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { policyDocument } from '../../../remediator/policy.ts'
import { type Promotion, type PromotionStep, promotionVerdict, renderPromotion } from '../../../reports/promotion.ts'
import type { Summary } from '../../judge/summary.ts'
import { type Level, levels } from '../../model/effect.ts'
import { InvalidInput, type Problem } from '../../model/problem.ts'
import { levelBelow } from '../../model/promotion.ts'
import { compareRuns } from '../compare-runs.ts'
import type { CommandContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { loadDocument, optionMention, shippedFolder } from '../load/documents.ts'
import { loadPlan } from '../load/load-plan.ts'
import { loadPromotions } from '../load/load-promotion.ts'
import type { OwnFiles } from '../load/load-subject.ts'
import { afterPromotion, quoted } from '../next-steps.ts'
import { readOperand } from '../stored-run.ts'
import { UsageError } from '../usage-error.ts'
import { planOptions, type RunOptions, run } from './run.ts'

export interface PromoteOptions extends OwnFiles, Pick<RunOptions, 'seed' | 'seeds' | 'workers'> {
  readonly service?: string | undefined
  readonly policy: string
  readonly from: Level
  readonly to: Level
  readonly promotion?: readonly string[] | undefined
  readonly out?: string | undefined
}

/** Runs what a promotion takes, and answers may, may not or not yet in a document for whoever signs. */
export async function promote(options: PromoteOptions, context: CommandContext): Promise<ExitCode> {
  const { from, to } = options
  if (levels.indexOf(from) >= levels.indexOf(to))
    throw new UsageError(`--to ${to} is not above --from ${from}: a promotion goes up`)
  const policy = policyOf(options.policy)
  const planned = loadPromotions(from, to, options.promotion ?? []).map(({ value: { spec } }) => ({
    spec,
    run: runOptions(
      options,
      spec.suite,
      [levelBelow(spec.level), spec.level],
      spec.criteria.map(({ text }) => text),
    ),
  }))
  const service = serviceOf(options, planned[0]!.run)
  const steps: PromotionStep[] = []
  for (const { spec, run: ofStep } of planned) {
    const below = levelBelow(spec.level)
    context.writeProgress(`${below} to ${spec.level}, suite ${spec.suite}:\n`)
    let printed = ''
    const exitCode = await run(ofStep, { ...context, writeResult: text => (printed += text) })
    if (exitCode === exitCodes.bug || exitCode === exitCodes.interrupted) return exitCode
    const summary = JSON.parse(printed) as Summary
    const { dir } = summary.artifacts
    const side = (level: Level) => readOperand(dir, `${options.policy}@${level}`, [level])
    const comparison = compareRuns(side(below), [side(spec.level)], 'refused').candidates[0]!.rows[0]!
    steps.push({ from: below, to: spec.level, description: spec.description, summary, comparison })
  }
  const promotion: Promotion = { service, policy, from, to, steps, repeat: commandLine(options, service) }
  const text = renderPromotion(promotion)
  const file = options.out ?? join(steps.at(-1)!.summary.artifacts.dir, 'promotion.md')
  writeFileSync(file, text)
  context.writeResult(text)
  context.writeProgress(`written to ${file}\n`)
  const verdict = promotionVerdict(steps)
  context.suggest(afterPromotion(steps.at(-1)!.summary, verdict, options.policy))
  return exitCodes[verdict]
}

function runOptions(options: PromoteOptions, suite: string, ofStep: Level[], criterion: string[]): RunOptions {
  const { seed, seeds, workers, rollout, analysis, telemetry, parameters, topology, lenient } = options
  const subject = { seed, seeds, workers, rollout, analysis, telemetry, parameters, topology, lenient }
  return {
    ...subject,
    suite,
    policy: [options.policy],
    levels: ofStep,
    criterion,
    replacesCriteria: true,
    untilDecided: true,
    logs: 'failing',
    retain: false,
    output: 'json',
    quiet: false,
  }
}

/** @throws InvalidInput */
function policyOf(word: string): Promotion['policy'] {
  const problems: Problem[] = []
  const loaded = loadDocument('policies', optionMention('--policy', word), policyDocument, problems)
  if (loaded === undefined) throw new InvalidInput(problems)
  const { file, text } = loaded.document
  const isShipped = resolve(file).startsWith(shippedFolder)
  const sha256 = createHash('sha256').update(text).digest('hex')
  return { name: loaded.name, file: isShipped ? null : file, sha256 }
}

/** The Rollout under test; a service of another name would have the evidence of a stranger. */
function serviceOf({ service }: PromoteOptions, ofRun: RunOptions): string {
  const { name } = loadPlan(planOptions(ofRun)).plan.groups[0]!.subject.rollout.metadata
  if (service === undefined || service === name) return name
  throw new UsageError(
    `--service ${service}: the Rollout under test is \`${name}\`; give that of ${service} with --rollout, its AnalysisTemplates with --analysis and its telemetry with --telemetry`,
  )
}

function commandLine(options: PromoteOptions, service: string): string {
  const { policy, from, to, promotion, seed, seeds, rollout, analysis, telemetry, parameters, topology, lenient } =
    options
  const named = (option: string, values: readonly (string | number | undefined)[]) =>
    values.every(value => value === undefined) ? [] : [option, ...values.map(value => quoted(String(value)))]
  return [
    'carmine promote',
    ...named('--service', [service]),
    ...named('--policy', [policy]),
    ...named('--from', [from]),
    ...named('--to', [to]),
    ...named('--promotion', promotion ?? []),
    ...named('--seed', [seed]),
    ...named('--seeds', [seeds]),
    ...named('--rollout', [rollout]),
    ...named('--analysis', analysis ?? []),
    ...named('--telemetry', [telemetry]),
    ...named('--parameters', parameters ?? []),
    ...named('--topology', [topology]),
    ...(lenient ? ['--lenient'] : []),
  ].join(' ')
}
