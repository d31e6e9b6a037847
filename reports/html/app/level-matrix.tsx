import type { ResultRow } from '../../../harness/judge/summary.ts'
import { Axis, IntervalPlot } from './interval-plot.tsx'
import { formatAmount, formatInterval, formatTick, type Measure, scaleOf } from './measures.ts'
import type { Scale } from './scale.ts'
import { Scrolls } from './scrolls.tsx'
import { Term } from './term.tsx'

/** Rows of one part of a table, with their names. */
export interface Part {
  readonly title: string
  readonly rows: readonly { readonly name: string; readonly row: ResultRow }[]
}

interface MatrixProps {
  readonly caption: string
  readonly parts: readonly Part[]
  readonly measures: readonly Measure[]
}

/** Rows side by side: for each measure its figure and its place on the axis that all rows share. */
export function LevelMatrix({ caption, parts, measures }: MatrixProps) {
  const rows = parts.flatMap(part => part.rows.map(({ row }) => row))
  const scales = measures.map(measure => scaleOf(measure, rows))
  return (
    <Scrolls label={caption}>
      <table class="matrix">
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">
              <Term of="level">Level</Term>
            </th>
            {measures.map(({ id, title, term }) => (
              <th key={id} scope="col">
                <Term of={term}>{title}</Term>
              </th>
            ))}
          </tr>
        </thead>
        {parts.map(({ title, rows: own }) => (
          <tbody key={title}>
            <tr class="part">
              <th scope="rowgroup" colSpan={measures.length + 1}>
                {title}
              </th>
            </tr>
            {own.map(({ name, row }) => (
              <MatrixRow key={name} name={name} row={row} measures={measures} scales={scales} />
            ))}
          </tbody>
        ))}
        <tfoot aria-hidden="true">
          <tr>
            <td />
            {measures.map(({ id, unit }, i) => (
              <td key={id}>
                <Axis scale={scales[i]!} format={amount => formatTick(unit, amount)} />
              </td>
            ))}
          </tr>
        </tfoot>
      </table>
    </Scrolls>
  )
}

interface MatrixRowProps {
  readonly name: string
  readonly row: ResultRow
  readonly measures: readonly Measure[]
  readonly scales: readonly Scale[]
}

function MatrixRow({ name, row, measures, scales }: MatrixRowProps) {
  const isSame = row.sameAs !== null
  return (
    <tr class={isSame ? 'same' : undefined}>
      <th scope="row">
        {name}
        {isSame && (
          <Term of="same">
            <span class="sign">=</span> {row.sameAs}
          </Term>
        )}
      </th>
      {measures.map((measure, i) => {
        const estimate = measure.of(row)
        const beyond = measure.censored?.(row) === true
        return (
          <td key={measure.id}>
            <span class="figure-text">
              <b>
                {beyond ? <span class="not-reached">not reached</span> : formatAmount(measure.unit, estimate.value)}
              </b>{' '}
              <small>{formatInterval(measure.unit, estimate)}</small>
            </span>
            <IntervalPlot
              estimate={estimate}
              scale={scales[i]!}
              tick={measure.p95?.(row) ?? null}
              beyond={beyond}
              faint={isSame}
            />
          </td>
        )
      })}
    </tr>
  )
}
