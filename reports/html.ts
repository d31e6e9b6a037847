import type { Finding, Summary, Verdict } from '../harness/judge/summary.ts'
import { formatSeconds, verdictSigns } from './format.ts'
import {
  criteriaTable,
  detectorTable,
  differenceTable,
  engineTable,
  heldOutTable,
  levelTable,
  type Row,
  scenarioTable,
  type Table,
} from './tables.ts'
import { escapeText } from './xml.ts'

const style = `
:root { color-scheme: light dark; --line: light-dark(#d4d4d8, #3f3f46); --soft: light-dark(#f4f4f5, #1f1f23);
  --dim: light-dark(#52525b, #a1a1aa); --pass: light-dark(#166534, #86efac); --fail: light-dark(#b91c1c, #fca5a5);
  --inconclusive: light-dark(#854d0e, #fde047); }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1.5rem 1rem 3rem;
  background: light-dark(#fff, #131316); color: light-dark(#18181b, #f4f4f5); }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.125rem; margin: 2.5rem 0 .5rem; }
header p, .notes, dt { color: var(--dim); } header p { margin: .25rem 0 0; }
.notes { font-size: .875rem; margin: .5rem 0 0; padding: 0; list-style: none; }
.pass { color: var(--pass); } .fail { color: var(--fail); } .inconclusive { color: var(--inconclusive); }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .375rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; white-space: nowrap; }
th, td { padding: .375rem .75rem; text-align: right; font-weight: normal; }
th:first-child, .judged :is(th, td):nth-child(-n + 2) { text-align: left; }
thead th { color: var(--dim); border-bottom: 1px solid var(--line); font-size: .875rem; }
tbody tr + tr > * { border-top: 1px solid var(--line); }
.part th { font-weight: 600; background: var(--soft); } .same { text-align: left; color: var(--dim); }
code { font: .875rem/1.6 ui-monospace, monospace; overflow-wrap: anywhere; }
li p { margin: 0; } .findings { padding-left: 1.25rem; } .findings li { margin-bottom: .75rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0; } dd { margin: 0; overflow-wrap: anywhere; }
`

/** The result of a run as one page that needs nothing else: no script, no other file, light or dark as the reader's system is. */
export function renderHtml(summary: Summary): string {
  const { suite, backend, seed, version, verdict } = summary
  const tables = [criteriaTable, levelTable, heldOutTable, engineTable, differenceTable, scenarioTable, detectorTable]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeText(`${verdict}: carmine ${suite}`)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1><span class="${verdict}">${verdictText(verdict)}</span> ${escapeText(suite)}</h1>
<p>${escapeText(`carmine ${version}, backend ${backend}, seed ${seed}`)}</p>
</header>
<main>
${tables
  .map(table => table(summary))
  .filter(({ rows }) => rows.length > 0)
  .map(renderTable)
  .join('\n')}
${renderFindings(summary.findings)}
${renderTotals(summary)}
</main>
</body>
</html>
`
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

function renderFindings(findings: readonly Finding[]): string {
  if (findings.length === 0) return ''
  const items = findings.map(
    ({ trial, problem, replay }) =>
      `<li><p>${escapeText(trial)}: ${escapeText(problem)}</p><code>${escapeText(replay)}</code></li>`,
  )
  return `<h2>Findings</h2>\n<ul class="findings">\n${items.join('\n')}\n</ul>`
}

function renderTotals({ trials, wallMs, logDigest, artifacts }: Summary): string {
  const facts = {
    trials: `${trials.planned} planned: ${trials.valid} valid, ${trials.invalid} invalid, ${trials.skipped} skipped`,
    looks: String(trials.looks),
    duration: formatSeconds(wallMs / 1000),
    ...(logDigest !== null && { 'log digest': logDigest }),
    files: artifacts.dir,
  }
  const list = Object.entries(facts).map(([name, fact]) => `<dt>${name}</dt><dd>${escapeText(fact)}</dd>`)
  return `<h2>The run</h2>\n<dl>${list.join('')}</dl>`
}

function verdictText(verdict: Verdict): string {
  return `${verdictSigns[verdict]} ${verdict}`
}
