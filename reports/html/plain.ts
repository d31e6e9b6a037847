import type { Summary } from '../../harness/judge/summary.ts'
import { answerOf, noCriteria } from '../answer.ts'
import { criteriaTable } from '../criteria-table.ts'
import { heldOutTable, levelTable, type Row, type Table } from '../tables.ts'
import { escapeText } from '../xml.ts'

/** What the page tells where no program runs: the verdict, and its most important tables. The program puts its own view in its place. */
export function renderPlain(summary: Summary, baseline: Table | null = null): string {
  const { suite, version, backend, seed } = summary
  const { sign, word, verdict = 'dim' } = answerOf(summary)
  const tables = [
    criteriaTable(summary),
    ...(baseline === null ? [] : [baseline]),
    levelTable(summary),
    heldOutTable(summary),
  ]
  return `<header>
<h1><span class="${verdict}">${`${sign} ${word}`.trim()}</span> ${escapeText(suite)}</h1>${word === '' ? `\n<p>${noCriteria}</p>` : ''}
<p>${escapeText(`carmine ${version}, backend ${backend}, seed ${seed}`)}</p>
</header>
<main>
${tables
  .filter(({ rows }) => rows.length > 0)
  .map(renderTable)
  .join('\n')}
</main>`
}

function renderTable({ title, columns, rows, notes }: Table): string {
  const id = title.toLowerCase().replace(/[^a-z]+/g, '-')
  const headings = columns.map(column => `<th scope="col">${escapeText(column)}</th>`)
  // A region that scrolls has to be reachable by keyboard.
  return `<h2 id="${id}">${escapeText(title)}</h2>
<div class="scroll" role="region" aria-labelledby="${id}" tabindex="0">
<table${rows.some(({ verdict }) => verdict !== undefined) ? ' class="judged"' : ''} aria-labelledby="${id}">
<thead><tr>${headings.join('')}</tr></thead>
<tbody>
${rows.map(row => renderRow(row, columns.length)).join('\n')}
</tbody>
</table>
</div>${notes.length === 0 ? '' : `\n<ul class="notes">${notes.map(note => `<li>${escapeText(note)}</li>`).join('')}</ul>`}`
}

function renderRow({ cells, part, verdict }: Row, columns: number): string {
  const [first = '', ...rest] = cells.map(escapeText)
  const heading =
    part === undefined
      ? ''
      : `<tr class="part"><th scope="rowgroup" colspan="${columns}">${escapeText(part)}</th></tr>\n`
  if (verdict !== undefined) {
    const [name = '', ...figures] = rest
    return `${heading}<tr><td class="${verdict}">${first}</td><th scope="row">${name}</th>${figures.map(cell).join('')}</tr>`
  }
  const figures =
    rest.length < columns - 1
      ? `<td class="same" colspan="${columns - 1}">${rest.join(' ')}</td>`
      : rest.map(cell).join('')
  return `${heading}<tr><th scope="row">${first}</th>${figures}</tr>`
}

function cell(figure: string): string {
  return `<td>${figure}</td>`
}
