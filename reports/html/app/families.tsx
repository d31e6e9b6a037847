import { useState } from 'preact/hooks'
import type { ScenarioRow } from '../../../harness/judge/summary.ts'
import { usePage } from './context.ts'
import { Figure } from './figure.tsx'
import { Axis } from './interval-plot.tsx'
import { LevelMarks } from './level-marks.tsx'
import { csvOfRows } from './level-rows.ts'
import { familyMeasures, formatTick, type Measure, scaleOf } from './measures.ts'
import type { Scale } from './scale.ts'
import { Scrolls } from './scrolls.tsx'
import { Term } from './term.tsx'

/** Each family by itself, its scenarios one below the other, with the levels as marks on an axis that all families share. */
export function Families() {
  const { data, view } = usePage()
  const { scenarios, levels, heldOut } = data.summary
  const [measure, setMeasure] = useState<Measure>(familyMeasures[0]!)
  const policy = view.policy ?? levels[0]?.policy
  const rows = scenarios.filter(
    row =>
      row.policy === policy &&
      (view.family === null || view.family === row.family) &&
      (view.level === null || view.level === row.level),
  )
  const scale = scaleOf(measure, rows)
  return (
    <Figure
      id="families"
      title={`Families, ${policy}`}
      about="A mark is a level, or several that come to the same: 0 is L0, 1–4 is L1 to L4. The line spans all levels."
      csv={() => csvOfRows(rows)}
    >
      <fieldset class="measures">
        <legend class="unseen">Measure</legend>
        {familyMeasures.map(one => (
          <label key={one.id}>
            <input type="radio" name="family-measure" checked={one === measure} onChange={() => setMeasure(one)} />
            <span>{one.title}</span>
          </label>
        ))}
        <Term of={measure.term}>what is {measure.title}?</Term>
      </fieldset>
      <div class="multiples">
        {[...Map.groupBy(rows, ({ family }) => family)].map(([family, own]) => (
          <Family
            key={family}
            title={heldOut.families.includes(family) ? `${family} (held out)` : family}
            rows={own}
            measure={measure}
            scale={scale}
          />
        ))}
      </div>
    </Figure>
  )
}

interface FamilyProps {
  readonly title: string
  readonly rows: readonly ScenarioRow[]
  readonly measure: Measure
  readonly scale: Scale
}

function Family({ title, rows, measure, scale }: FamilyProps) {
  const name = `${measure.title} in family ${title}`
  return (
    <Scrolls label={name}>
      <table class="multiple">
        <caption>{title}</caption>
        <thead class="unseen">
          <tr>
            <th scope="col">Scenario</th>
            <th scope="col">{measure.title} by level</th>
          </tr>
        </thead>
        <tbody>
          {[...Map.groupBy(rows, ({ scenario }) => scenario)].map(([scenario, levels]) => (
            <tr key={scenario}>
              <th scope="row">{scenario}</th>
              <td>
                <LevelMarks rows={levels} measure={measure} scale={scale} />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot aria-hidden="true">
          <tr>
            <td />
            <td>
              <Axis scale={scale} format={amount => formatTick(measure.unit, amount)} />
            </td>
          </tr>
        </tfoot>
      </table>
    </Scrolls>
  )
}
