import type { ResultRow, Summary } from '../../../harness/judge/summary.ts'
import { levelNotes } from '../../level-notes.ts'
import { usePage } from './context.ts'
import type { CsvRow } from './csv.ts'
import { Figure } from './figure.tsx'
import { LevelMatrix, type Part } from './level-matrix.tsx'
import { levelMeasures } from './measures.ts'
import type { View } from './view.ts'

/** Each policy at each level, and the anchors that give the numbers their scale. */
export function Levels() {
  const { data, view } = usePage()
  const { levels, anchors, scenarios } = data.summary
  const own = levels.filter(row => isShown(row, view))
  return (
    <Figure
      id="levels"
      title="Levels side by side"
      about="A dot and its 95 % interval, all rows of a column on one axis; times and rare rates by their ratios, with 0 apart. The small tick is the 95th percentile."
      csv={() => csvOfRows([...levels, ...anchors])}
    >
      <LevelMatrix caption="Levels and anchors" parts={partsOf(own, anchors)} measures={levelMeasures} />
      <Notes lines={levelNotes(own, anchors, scenarios)} />
    </Figure>
  )
}

/** The same over the families that no rule was made for. */
export function HeldOut() {
  const { data, view } = usePage()
  const { heldOut, scenarios } = data.summary
  if (heldOut.levels.length === 0) return null
  const own = heldOut.levels.filter(row => isShown(row, view))
  return (
    <Figure
      id="held-out"
      title="Held out"
      term="heldOut"
      about={`Families that no rule was made or tuned for, and that are in no figure above: ${heldOut.families.join(', ')}.`}
      csv={() => csvOfRows([...heldOut.levels, ...heldOut.anchors])}
    >
      <LevelMatrix
        caption="Levels and anchors over the held-out families"
        parts={partsOf(own, heldOut.anchors)}
        measures={levelMeasures}
      />
      <Notes lines={levelNotes(own, heldOut.anchors, scenarios)} />
    </Figure>
  )
}

function partsOf(levels: readonly ResultRow[], anchors: readonly ResultRow[]): Part[] {
  const parts = [...Map.groupBy(levels, ({ policy }) => policy)].map(([policy, rows]) => ({
    title: policy,
    rows: rows.map(row => ({ name: row.level as string, row })),
  }))
  if (anchors.length > 0) parts.push({ title: 'anchors, at L1', rows: anchors.map(row => ({ name: row.policy, row })) })
  return parts
}

export function isShown({ policy, level }: Pick<ResultRow, 'policy' | 'level'>, view: View): boolean {
  return (view.policy === null || view.policy === policy) && (view.level === null || view.level === level)
}

function Notes({ lines }: { lines: readonly string[] }) {
  if (lines.length === 0) return null
  return (
    <details class="notes">
      <summary>
        {lines.length} {lines.length === 1 ? 'note' : 'notes'} on these figures
      </summary>
      <ul>
        {lines.map(line => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </details>
  )
}

/** All that is drawn of rows, and their counts. */
export function csvOfRows(rows: readonly (ResultRow | Summary['scenarios'][number])[]): CsvRow[] {
  const head = ['policy', 'level', 'sameAs', 'scenario', 'family', 'faulty', 'twins', 'scares']
  const figures = levelMeasures.flatMap(({ id, p95 }) => [
    id,
    `${id}.low`,
    `${id}.high`,
    ...(p95 === undefined ? [] : [`${id}.p95`]),
  ])
  const body = rows.map(row => [
    row.policy,
    row.level,
    row.sameAs,
    'scenario' in row ? row.scenario : null,
    'scenario' in row ? row.family : null,
    row.faulty.n,
    row.twins.n,
    row.scares.n,
    ...levelMeasures.flatMap(({ of, p95 }) => {
      const { value, low, high } = of(row)
      return [value, low, high, ...(p95 === undefined ? [] : [p95(row)])]
    }),
  ])
  return [[...head, ...figures], ...body]
}
