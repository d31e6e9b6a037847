import { useState } from 'preact/hooks'
import type { ResultRow, TimeSplit } from '../../../harness/judge/summary.ts'
import { usePage } from './context.ts'
import { Figure } from './figure.tsx'
import { percent } from './interval-plot.tsx'
import { isShown } from './level-rows.ts'
import { formatAmount } from './measures.ts'
import { Scrolls } from './scrolls.tsx'
import { Term } from './term.tsx'

const parts = ['detect', 'decide', 'execute', 'settle'] as const satisfies readonly (keyof TimeSplit)[]

interface SplitRow {
  readonly name: string
  readonly group: string
  readonly row: ResultRow
}

/** Where the time to recovery goes; of a family that is chosen, in each of its scenarios. */
export function Split() {
  const { data, view } = usePage()
  const { levels, anchors, scenarios } = data.summary
  const [isShare, setShare] = useState(false)
  const rows: SplitRow[] = (
    view.family === null
      ? [
          ...levels.filter(row => isShown(row, view)).map(row => ({ name: row.level, group: row.policy, row })),
          ...anchors.map(row => ({ name: row.policy, group: 'anchors, at L1', row })),
        ]
      : scenarios
          .filter(row => row.family === view.family && isShown(row, view))
          .map(row => ({ name: row.level, group: `${row.scenario}, ${row.policy}`, row }))
  ).filter(({ row }) => row.fdrtS.split.detect !== null)
  return (
    <Figure
      id="fdrt"
      title="Where the time to recovery goes"
      term="split"
      about="Restricted means: what is not reached counts as the horizon, so that the parts add up to the whole. The bars of each part of the table share an axis of their own."
      csv={() => [
        ['group', 'name', 'level', ...parts, 'restrictedMean'],
        ...rows.map(({ name, group, row }) => [
          group,
          name,
          row.level,
          ...parts.map(part => row.fdrtS.split[part]),
          row.fdrtS.restrictedMean.value,
        ]),
      ]}
    >
      <label class="choice">
        <input type="checkbox" checked={isShare} onChange={event => setShare(event.currentTarget.checked)} />
        <span>as shares of each row</span>
      </label>
      <Scrolls label="FDRT in its parts">
        <table class="split">
          <caption class="unseen">Restricted mean of FDRT, as detect, decide, execute and settle</caption>
          <thead>
            <tr>
              <th scope="col">
                <Term of="level">Level</Term>
              </th>
              <th scope="col" class="number">
                <Term of="restrictedMean">Whole</Term>
              </th>
              <th scope="col" class="wide">
                Onset to recovery
              </th>
              {parts.map(part => (
                <th key={part} scope="col" class="number">
                  <i class={`swatch ${part}`} /> <Term of="split">{part}</Term>
                </th>
              ))}
            </tr>
          </thead>
          {[...Map.groupBy(rows, ({ group }) => group)].map(([group, own]) => (
            <tbody key={group}>
              <tr class="part">
                <th scope="rowgroup" colSpan={2}>
                  {group}
                </th>
                <td colSpan={5} class="dim">
                  {!isShare && `the whole width is ${formatAmount('time', mostOf(own))}`}
                </td>
              </tr>
              {own.map(({ name, row }) => (
                <tr key={name} class={row.sameAs === null ? undefined : 'same'}>
                  <th scope="row">
                    {name} {row.sameAs !== null && <span class="dim">= {row.sameAs}</span>}
                  </th>
                  <td class="number">
                    <b>{formatAmount('time', totalOf(row))}</b>
                  </td>
                  <td class="wide">
                    <Bar split={row.fdrtS.split} whole={isShare ? totalOf(row) : mostOf(own)} />
                  </td>
                  {parts.map(part => (
                    <td key={part} class="number">
                      {formatAmount('time', row.fdrtS.split[part])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </Scrolls>
    </Figure>
  )
}

/** The figures stand beside it. */
function Bar({ split, whole }: { split: TimeSplit; whole: number }) {
  let from = 0
  return (
    <svg class="bar" width="100%" height="14" aria-hidden="true">
      {parts.map(part => {
        const share = (split[part] ?? 0) / (whole || 1)
        const x = from
        from += share
        return <rect key={part} class={part} x={percent(x)} width={percent(share)} height="14" />
      })}
    </svg>
  )
}

function mostOf(rows: readonly SplitRow[]): number {
  return Math.max(1, ...rows.map(({ row }) => totalOf(row)))
}

function totalOf({ fdrtS: { split } }: ResultRow): number {
  return parts.reduce((sum, part) => sum + (split[part] ?? 0), 0)
}
