import { type CalibratedScenario, type CalibratedTime, likeness } from '../harness/judge/calibration.ts'
import { formatSeconds, undefinedMark } from './format.ts'
import { escapeMarkdown } from './markdown-text.ts'

/** A table of calibrated times or decisions: headings, and a row of texts a scenario. */
export interface CalibrationTable {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Times of faulty trials on both backends, and their ratios. */
export function timesTable(scenarios: readonly CalibratedScenario[]): CalibrationTable {
  return {
    columns: ['scenario', 'pairs', 'invalid', 'onset', 'sim', 'detect', 'sim', 'ratio', 'FDRT', 'sim', 'ratio'],
    rows: scenarios.flatMap(({ scenario, pairs, invalid, times }) => {
      if (times === null) return []
      const { deployToOnsetS, timeToDetectS, fdrtS } = times
      const sides = ({ real, sim }: CalibratedTime) => [real, sim].map(side => timeText(side.meanS, side.censored))
      return [
        [
          scenario,
          String(pairs),
          String(invalid),
          ...sides(deployToOnsetS),
          ...[timeToDetectS, fdrtS].flatMap(time => [...sides(time), ratioText(time)]),
        ],
      ]
    }),
  }
}

/** What became of the releases on both backends. */
export function decisionsTable(scenarios: readonly CalibratedScenario[]): CalibrationTable {
  return {
    columns: ['scenario', 'release', 'pairs', 'invalid', 'agree', 'on the cluster', 'simulated'],
    rows: scenarios.map(({ scenario, variant, pairs, invalid, decisions: { real, sim, agreed, agreement } }) => {
      const interval = agreement.low === null ? '' : ` (${percent(agreement.low)}–${percent(agreement.high)} %)`
      const release = variant === 'faulty' ? 'bad' : 'good'
      return [
        scenario,
        release,
        String(pairs),
        String(invalid),
        `${agreed}${interval}`,
        countsText(real),
        countsText(sim),
      ]
    }),
  }
}

/** What the tables mean, a sentence a line. */
export const calibrationNotes: readonly string[] = [
  'onset: from the deploy to the first touched request or pod; detect: from onset to the first blaming alarm; FDRT: from onset to recovery',
  'times are means, in the columns sim those of the simulator on the same seeds; + counts trials that were not over at the horizon, with the time up to there',
  `ratio: cluster over simulator, with Fieller's 95 % interval; ! outside ${likeness.low} to ${likeness.high}; ≥ or ≤ where trials of one were not over, ${undefinedMark} where of both`,
  'agree: both rolled the release back, or neither did; under way: neither that nor promoted at the horizon',
  'pairs: the same scenario, release and seed, valid on both; invalid: seeds that lack one, and count for nothing else',
  'the simulator has the services that the manifests bring to the cluster, and no others',
]

/** Both tables as Markdown. */
export function renderCalibrationMarkdown(scenarios: readonly CalibratedScenario[]): string {
  const tables = [timesTable(scenarios), decisionsTable(scenarios)].filter(({ rows }) => rows.length > 0)
  return `${tables.map(markdownTable).join('\n')}\n${calibrationNotes.map(note => `- ${escapeMarkdown(note)}\n`).join('')}`
}

function markdownTable({ columns, rows }: CalibrationTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(' | ')} |\n`
  const rule = columns.map((_, i) => (i === 0 ? '---' : '---:'))
  return `${line(columns)}| ${rule.join(' | ')} |\n${rows.map(line).join('')}`
}

function timeText(meanS: number | null, censored: number): string {
  return `${formatSeconds(meanS)}${'+'.repeat(Math.min(1, censored))}${censored > 0 ? censored : ''}`
}

const bounds = { exact: '', 'at least': '≥ ', 'at most': '≤ ' } as const

function ratioText({ ratio: { value, low, high }, ratioIs, alike }: CalibratedTime): string {
  if (value === null) return undefinedMark
  const end = (bound: number | null) => (bound === null ? '?' : bound.toFixed(2))
  return `${bounds[ratioIs]}${value.toFixed(2)} (${end(low)}–${end(high)})${alike === false ? ' !' : ''}`
}

function countsText(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([decision, count]) => `${count} ${decision}`)
    .join(', ')
}

function percent(share: number | null): string {
  return share === null ? '?' : (100 * share).toFixed(0)
}
