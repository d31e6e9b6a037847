import type { DetectorRow, ScenarioRow, ScenarioTruth, Summary } from '../harness/judge/summary.ts'
import type { Remedy } from '../harness/model/ground-truth.ts'
import { undefinedMark } from './format.ts'

/** What a run says of each scenario, as Markdown: what is wrong in it, what is right to do, who misses it and who is scared. */
export function renderCatalogue(summary: Summary): string {
  const { suite, seed, version, groundTruth, trials } = summary
  const watched = watchers(summary.detectors)
  const faults = groundTruth.filter(({ remedies }) => remedies.length > 0)
  const scares = groundTruth.filter(({ scare }) => scare !== null)
  return [
    '# The catalogue',
    `Made by \`carmine report RUN --catalogue\` from a run of suite \`${suite}\` (carmine ${version}, seed ${seed}, ${trials.valid} valid trials). Shares are of trials in which nobody acts; a detector has its tuning of the policy in brackets, or where there is none of \`${watched[0]?.policy ?? ''}\`.`,
    '## Faults',
    'Missed by: the share of faulty deploys that a detector never blames. Where no deploy is to blame, the share of trials in which a policy pages nobody at L1. A scare stands here with the fault inside it.',
    table(
      ['Family', 'Scenario', 'What breaks', 'First symptom', 'Right action', 'Missed by'],
      faults.map(truth => [
        truth.family,
        `\`${truth.scenario}\``,
        truth.cause,
        truth.firstSymptom,
        rightAction(truth),
        truth.deploy === 'revert' ? missedBy(truth, watched) : unpagedBy(truth, summary.scenarios),
      ]),
    ),
    '## Scares',
    'The share of good deploys that a detector blames, while something else looks bad.',
    scareTable(scares, watched),
  ]
    .join('\n\n')
    .concat('\n')
}

/** A detector as one policy tunes it, or on the manifests that the policy brings. */
interface Watcher {
  readonly name: string
  readonly policy: string
  readonly rows: readonly DetectorRow[]
}

/** All detectors of the first policy, and of the others the manifests' own analysis, which need not be the same. */
function watchers(detectors: readonly DetectorRow[]): Watcher[] {
  const first = detectors[0]?.policy
  return [...Map.groupBy(detectors, ({ policy, detector }) => `${policy}/${detector}`).values()].flatMap(rows => {
    const { policy, detector } = rows[0]!
    if (policy === first) return [{ name: detector, policy, rows }]
    return detector === 'argo-analysis' ? [{ name: `${detector} (${policy})`, policy, rows }] : []
  })
}

function missedBy({ scenario }: ScenarioTruth, watched: readonly Watcher[]): string {
  const missed = watched.flatMap(({ name, rows }) => {
    const recall = rows.find(row => row.scenario === scenario)?.recall.value ?? null
    return recall === null || recall === 1 ? [] : [`${name} ${percent(1 - recall)}`]
  })
  return missed.length === 0 ? 'none' : missed.join(', ')
}

function unpagedBy({ scenario }: ScenarioTruth, rows: readonly ScenarioRow[]): string {
  const paging = rows.filter(row => row.scenario === scenario && row.level === 'L1' && row.faulty.n > 0)
  if (paging.length === 0) return undefinedMark
  const missed = paging.flatMap(({ policy, faulty: { n, detected } }) =>
    detected === n ? [] : [`policy ${policy} ${percent(1 - detected / n)}`],
  )
  return missed.length === 0 ? 'none' : missed.join(', ')
}

function scareTable(scares: readonly ScenarioTruth[], watched: readonly Watcher[]): string {
  return table(
    ['Scenario', 'What looks bad', ...watched.map(({ name }) => name)],
    scares.map(({ scenario, scare }) => [
      `\`${scenario}\``,
      scare ?? '',
      ...watched.map(({ rows }) =>
        percent(rows.find(row => row.scenario === scenario)?.falsePositiveRate.value ?? null),
      ),
    ]),
  )
}

const doing: Readonly<Record<Remedy, string>> = {
  abort: 'abort',
  undo: 'undo',
  flagOff: 'switch the flag off',
  scale: 'add pods',
  restart: 'restart the pods',
  restartPod: 'restart the pod',
  widenThreshold: 'widen the threshold',
  retry: 'roll out again',
  quietLog: 'quiet the log',
}

function rightAction({ deploy, remedies }: ScenarioTruth): string {
  const done = remedies.map(remedy => doing[remedy]).join(' or ')
  return deploy === 'revert' ? done : [done, `${deploy} the deploy`].filter(text => text !== '').join('; ')
}

/** Whole percents, of which neither 0 nor 100 is rounded to. */
function percent(share: number | null): string {
  if (share === null) return undefinedMark
  if (share === 0 || share === 1) return `${share * 100} %`
  // Shares such as 1 - 0.925 are a hair below the half that they are meant to be.
  const rounded = Math.round(Number((share * 100).toFixed(6)))
  return `${Math.min(99, Math.max(1, rounded))} %`
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n')
}
