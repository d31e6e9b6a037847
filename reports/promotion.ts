import type { ComparedRow } from '../harness/judge/comparison.ts'
import type { CriterionResult, ResultRow, ScenarioRow, Summary, Verdict } from '../harness/judge/summary.ts'
import type { Level } from '../harness/model/effect.ts'
import type { Measure } from '../harness/model/measures.ts'
import { comparisonColumns, measureCells, rowRemarks, tableMeasures } from './comparison-table.ts'
import { formatObserved } from './criteria-table.ts'
import { missingOf } from './criterion-notes.ts'
import { formatRate, formatRatio, formatSeconds, verdictSigns } from './format.ts'
import { escapeMarkdown, inlineCode } from './markdown-text.ts'

/** From a level to the next one. */
export interface PromotionStep {
  readonly from: Level
  readonly to: Level
  /** What the level may do that the one below may not. */
  readonly description: string
  readonly summary: Summary
  /** The higher level against the lower one, on the same seeds. */
  readonly comparison: ComparedRow
}

export interface Promotion {
  readonly service: string
  /** `file` is null for a shipped one. */
  readonly policy: { readonly name: string; readonly file: string | null; readonly sha256: string }
  readonly from: Level
  readonly to: Level
  /** The lowest first. */
  readonly steps: readonly PromotionStep[]
  /** The command line that gives this document again. */
  readonly repeat: string
}

const answers: Readonly<Record<Verdict, string>> = { pass: 'may', fail: 'may not', inconclusive: 'not yet' }

const findingsTold = 5

/** May where every step may; else may not where one may not. */
export function promotionVerdict(steps: readonly PromotionStep[]): Verdict {
  const verdicts = steps.map(({ summary }) => summary.verdict)
  return verdicts.includes('fail') ? 'fail' : verdicts.includes('inconclusive') ? 'inconclusive' : 'pass'
}

/** The answer for whoever has to sign for it, as Markdown: the verdict first, and everything that it rests on. */
export function renderPromotion(promotion: Promotion): string {
  const { service, from, to, steps } = promotion
  const verdict = promotionVerdict(steps)
  const parts = [
    `# ${verdictSigns[verdict]} ${escapeMarkdown(service)} ${sentenceVerb(verdict)} from ${from} to ${to}`,
    verdictText(promotion, verdict),
    identity(promotion),
    ...steps.flatMap(step => stepParts(step, steps.length > 1)),
    '## What this does not show',
    list(limits(steps)),
    '## Repeat it',
    `The same version gives the same trials, byte for byte, on any machine:\n\n\`\`\`sh\n${promotion.repeat}\n\`\`\``,
    '## Signed',
    table(
      ['role', 'name', 'decision', 'date'],
      ['service owner', 'SRE lead'].map(role => [role, '', '', '']),
    ),
  ]
  return `${parts.join('\n\n')}\n`
}

function sentenceVerb(verdict: Verdict): string {
  return verdict === 'inconclusive' ? 'may not yet go' : `${answers[verdict]} go`
}

function verdictText({ policy, to, steps }: Promotion, verdict: Verdict): string {
  const all = steps.flatMap(({ summary }) => summary.criteria)
  const of = (wanted: Verdict) => all.filter(one => one.verdict === wanted)
  const names = (criteria: readonly CriterionResult[]) => criteria.map(one => inlineCode(one.criterion)).join(', ')
  const head = `**${answers[verdict].replace(/^./, letter => letter.toUpperCase())}.** Policy ${inlineCode(policy.name)} shows ${of('pass').length} of the ${all.length} criteria that ${to} takes.`
  const broken = of('fail').length === 0 ? [] : [`Shown not to hold: ${names(of('fail'))}.`]
  const open =
    of('inconclusive').length === 0 ? [] : [`Not decided: ${names(of('inconclusive'))}; below stands what is missing.`]
  const incomplete = steps.flatMap(({ summary: { trials } }) =>
    trials.skipped === 0 ? [] : [`${trials.skipped} of ${trials.planned} planned trials are missing.`],
  )
  const last = steps.at(-1)!
  const isRisky = risksOf(last).some(({ scares }) => scares.acted > 0)
  const risk = isRisky
    ? [`Known risk where something else is wrong: ${riskSentence(last).replace(/^The worst is /, '')}`]
    : []
  return [head, ...broken, ...open, ...incomplete, ...risk].join(' ')
}

function identity({ service, policy, steps }: Promotion): string {
  const runs = steps.flatMap(({ from, to, summary }): string[][] => {
    const { suite, backend, seed, trials, logDigest, looks, artifacts } = summary
    const seeds = looks === null ? '' : `, ${looks.planned[looks.taken - 1] ?? 0} seeds a scenario`
    return [
      [`run, ${from} and ${to}`, `suite ${inlineCode(suite)}, backend ${backend}, first seed ${seed}${seeds}`],
      [
        'trials',
        `${trials.valid} valid, ${trials.invalid} invalid, ${trials.skipped} missing; ${inlineCode(artifacts.dir)}`,
      ],
      ['log digest', inlineCode(logDigest ?? 'none')],
    ]
  })
  return table(
    ['', ''],
    [
      ['service', inlineCode(service)],
      [
        'policy',
        `${inlineCode(policy.name)}, ${policy.file === null ? 'shipped with carmine' : inlineCode(policy.file)}`,
      ],
      ['sha256 of the policy', inlineCode(policy.sha256)],
      ['carmine', steps[0]!.summary.version],
      ...runs,
    ],
  )
}

function stepParts(step: PromotionStep, isOneOfSeveral: boolean): string[] {
  const { from, to, description, summary, comparison } = step
  return [
    ...(isOneOfSeveral
      ? [`## ${verdictSigns[summary.verdict]} From ${from} to ${to}: ${answers[summary.verdict]}`]
      : []),
    `At ${to} the engine ${escapeMarkdown(description)}.`,
    `## What ${to} takes`,
    criteria(summary),
    ...knownRisks(step),
    `## What ${to} gains and costs beside ${from}`,
    differences(comparison),
    ...heldOut(step),
    ...findings(step),
  ]
}

function criteria(summary: Summary): string {
  const rows = summary.criteria.map(one => {
    const { observed, interval } = formatObserved(one)
    const decided = one.look === null ? 'no' : `look ${one.look}, ${one.n} trials, ${confidence(one)}`
    const isDecided = one.verdict !== 'inconclusive'
    return [
      `${verdictSigns[one.verdict]} ${one.verdict}`,
      inlineCode(one.criterion),
      observed,
      interval,
      isDecided && one.look === null ? `yes, ${one.n} trials, ${confidence(one)}` : decided,
    ]
  })
  const open = summary.criteria.filter(({ verdict }) => verdict === 'inconclusive')
  const notes = open.map(one => `${escapeMarkdown(missingOf(one, summary))}.`)
  const held = table(['verdict', 'criterion', 'observed', 'bound', 'decided'], rows)
  const why =
    'A criterion holds where its one-sided bound is clear of the limit, not where the observed figure is. The run looks at its trials several times, and each look may use a part of 5 %: stopping early errs no more often than that.'
  return [held, ...(notes.length === 0 ? [] : [list(notes)]), why].join('\n\n')
}

function confidence({ confidence }: CriterionResult): string {
  return `${Number((confidence * 100).toFixed(2))}%`
}

function differences(row: ComparedRow): string {
  if (row.trials.different === 0) return `None: in ${row.trials.pairs} pairs of trials both levels did the same.`
  const head = `Each trial at one level against the same trial at the other: ${row.trials.pairs} pairs, of which ${row.trials.different} differ.`
  const columns = comparisonColumns.map(
    name =>
      ({ baseline: row.baseline.level as string, candidate: row.candidate.level as string })[name as string] ?? name,
  )
  const told = table(
    columns,
    tableMeasures(row).map(one => measureCells(one).map(cell => escapeMarkdown(cell.trim().replace(/^\* /, '')))),
  )
  const remarks = rowRemarks(row).map(escapeMarkdown)
  const scale =
    'Pairs: in how many the higher level was better and worse. Times are means cut at the end of the follow-up. These differences describe; the criteria decide.'
  return [head, told, ...(remarks.length === 0 ? [] : [list(remarks)]), scale].join('\n\n')
}

/** What good releases suffer where something else looks bad, the worst first: for whoever signs to know, whatever the criteria say. */
function knownRisks(step: PromotionStep): string[] {
  const risks = risksOf(step)
  if (risks.length === 0) return []
  const rows = risks.map(({ scenario, scares: { n, acted, byArgoAlone }, falseActionRate: { worstScare } }) => [
    inlineCode(scenario),
    `${acted} of ${n}`,
    escapeMarkdown(formatRate(worstScare)),
    String(acted - byArgoAlone.acted),
    String(byArgoAlone.acted),
  ])
  return [
    `## Known risks at ${step.to}`,
    `Good releases that are acted on while something else is wrong. ${riskSentence(step)}`,
    table(['scare', 'acted on', 'share, 95% interval', 'by the engine', "by the manifests' own analysis alone"], rows),
  ]
}

function risksOf({ to, summary }: PromotionStep): ScenarioRow[] {
  const share = ({ scares: { acted, n } }: ScenarioRow) => acted / n
  return summary.scenarios
    .filter(({ level, scares }) => level === to && scares.n > 0)
    .toSorted((a, b) => share(b) - share(a))
}

/** The worst of them, who did it, and whether any criterion looks there. Empty where no scare was run. */
function riskSentence(step: PromotionStep): string {
  const risks = risksOf(step)
  const [worst] = risks
  if (worst === undefined) return ''
  const { n, acted, byArgoAlone } = worst.scares
  if (acted === 0) return 'None was.'
  const argos = byArgoAlone.acted
  const who =
    argos === acted
      ? "each time by the manifests' own analysis alone"
      : argos === 0
        ? 'each time by the engine'
        : `${acted - argos} times by the engine, ${argos} by the manifests' own analysis alone`
  const isAsked = step.summary.criteria.some(({ measure }) => scareMeasures.includes(measure))
  return `The worst is ${inlineCode(worst.scenario)}: ${acted} of ${n} good releases were acted on, ${who}${isAsked ? '' : '; no criterion looks at that'}.`
}

/** A criterion on these bounds the very risk. */
const scareMeasures: readonly Measure[] = ['falseActionRate.worstScare']

function heldOut({ from, to, summary }: PromotionStep): string[] {
  const { families, levels } = summary.heldOut
  const rows = levels.filter(({ level }) => level === from || level === to)
  if (rows.length === 0) return []
  const figures: readonly [string, (row: ResultRow) => string][] = [
    ['recall', row => formatRate(row.recall)],
    ['false actions on twins', row => formatRate(row.falseActionRate.twins)],
    ['false actions in the worst scare', row => formatRatio(row.falseActionRate.worstScare.value)],
    ['FDRT, median', row => formatSeconds(row.fdrtS.median.value)],
    ['time to resolve, median', row => formatSeconds(row.timeToResolveS.median.value)],
    ['right cause first', row => formatRate(row.diagnosis.ac1)],
    ['unsafe actions', row => String(row.gate.unsafe)],
  ]
  return [
    '## Families that no rule was made for',
    `${escapeMarkdown(families.join(', '))}: in no criterion and in no figure above.`,
    table(
      ['', ...rows.map(({ level }) => level)],
      figures.map(([name, of]) => [name, ...rows.map(row => escapeMarkdown(of(row)))]),
    ),
  ]
}

/** The higher level's own: the others were there before. */
function findings({ to, summary }: PromotionStep): string[] {
  const own = summary.findings.filter(({ trial }) => trial.split('/').at(-2) === to)
  if (own.length === 0) return []
  const told = own
    .slice(0, findingsTold)
    .map(({ trial, problem, replay }) => `${inlineCode(trial)}: ${escapeMarkdown(problem)} (${inlineCode(replay)})`)
  return [`## The worst of ${own.length} trials that went wrong at ${to} and not the same way below`, list(told)]
}

function limits(steps: readonly PromotionStep[]): string[] {
  const scenarios = Math.max(...steps.map(({ summary }) => summary.groundTruth.length))
  return [
    `It is a simulation: ${scenarios} scenarios that somebody thought of, in a model of the service, its cluster and its people. The bounds hold for more trials of these, not for faults that none of them is like.`,
    'Every scenario weighs the same. How often each kind of fault comes in your deploys is not known here; read the figures by family before you count on a mean.',
    'Load, latency and noise are those of the parameters, which are published figures or marked as assumptions (`carmine show parameters`), unless your own were given.',
    'Detectors see what the telemetry file maps. A metric that is missing or wrong in production is not missing here.',
    'Next evidence, from outside the simulation: the same scenarios on a real cluster (`carmine run --suite kind-smoke`), and the engine at the new level in shadow beside the people who decide today.',
  ]
}

function list(items: readonly string[]): string {
  return items.map(item => `- ${item}`).join('\n')
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return [columns, columns.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}
