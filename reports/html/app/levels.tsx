import type { ResultRow } from '../../../harness/judge/summary.ts'
import { levelNotes } from '../../level-notes.ts'
import { usePage } from './context.ts'
import { Figure } from './figure.tsx'
import { LevelMatrix, type Part } from './level-matrix.tsx'
import { csvOfRows, isShown } from './level-rows.ts'
import { levelMeasures } from './measures.ts'
import { Notes } from './notes.tsx'

/** Each policy at each level, and the anchors that give the numbers their scale. */
export function Levels() {
  const { data, view } = usePage()
  const { levels, anchors, scenarios } = data.summary
  const own = levels.filter(row => isShown(row, view))
  return (
    <Figure
      id="levels"
      title="Levels side by side"
      about="A dot and its 95 % interval, all rows of a column on one axis. Times, counts and rare rates are on a logarithmic one, where 0 has a place of its own. The small tick is the 95th percentile."
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
