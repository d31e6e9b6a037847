import type { Row } from '../../tables.ts'
import { usePage } from './context.ts'
import { Figure } from './figure.tsx'
import { Scrolls } from './scrolls.tsx'

/** How the run compares with the one that it was held against; nothing where there was none. */
export function Baseline() {
  const { baseline } = usePage().data
  if (baseline === null) return null
  const { title, columns, rows, notes } = baseline
  const [verdict, ...rest] = notes
  return (
    <Figure id="baseline" title={title} about={verdict} csv={() => [columns, ...rows.map(({ cells }) => cells)]}>
      <Scrolls label={title}>
        <table class="baseline">
          <caption class="unseen">{verdict}</caption>
          <thead>
            <tr>
              {columns.map((column, i) => (
                <th key={column} scope="col" class={alignment(i, columns.length)}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          {partsOf(rows).map(part => (
            <tbody key={part[0]!.part}>
              <tr class="part">
                <th scope="rowgroup" colSpan={columns.length}>
                  {part[0]!.part}
                </th>
              </tr>
              {part.map(({ cells: [name, ...figures] }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {figures.map((cell, i) => (
                    <td
                      key={columns[i + 1]}
                      class={figures.length === 1 ? '' : alignment(i + 1, columns.length)}
                      colSpan={figures.length === 1 ? columns.length - 1 : 1}
                    >
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </Scrolls>
      <ul class="about">
        {rest.map(note => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </Figure>
  )
}

/** Names and answers are text. */
function alignment(column: number, columns: number): string {
  return column === 0 || column === columns - 1 ? '' : 'number'
}

function partsOf(rows: readonly Row[]): Row[][] {
  const parts: Row[][] = []
  for (const row of rows) {
    if (row.part === undefined) parts.at(-1)?.push(row)
    else parts.push([row])
  }
  return parts
}
