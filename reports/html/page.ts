import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { Comparison } from '../../harness/judge/comparison.ts'
import type { Summary } from '../../harness/judge/summary.ts'
import { detectors } from '../../remediator/detectors/index.ts'
import { answerOf } from '../answer.ts'
import { baselineTable } from '../baseline-table.ts'
import { limitsOf } from '../limits.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { escapeText } from '../xml.ts'
import type { Bundle } from './bundle.ts'
import { renderPlain } from './plain.ts'

/**
 * The result of a run as one page that needs nothing else and asks for nothing: program, style and data stand in it. Without a program,
 * as some viewers show it, it still tells the verdict, the criteria and the levels.
 * @param comparison with the run's baseline, where it has one
 * @param timelines of the trials that are worth looking at, in the order in which they are listed
 */
export function renderHtml(
  summary: Summary,
  timelines: readonly Timeline[],
  bundle: Bundle,
  comparison?: Comparison,
): string {
  const baseline = comparison === undefined ? null : baselineTable(comparison)
  const { word } = answerOf(summary)
  const title = escapeText(`${word === '' ? '' : `${word}: `}carmine ${summary.suite}`)
  const { script, style } = bundle
  const data = { summary, limits: limitsOf(summary), baseline, timelines, detectors: meanings }
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policyOf(script, style)}">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<div id="app">
${renderPlain(summary, baseline)}
</div>
<script type="application/gzip;base64" id="data">${packed(data)}</script>
<script>${script}</script>
</body>
</html>
`
}

/** What each detector finds. */
const meanings = Object.fromEntries(detectors.map(({ name, finds }) => [name, finds]))

/** Nothing may be loaded from anywhere, and no program or style is let run but the two that were put here. */
function policyOf(script: string, style: string): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  return `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`
}

/** gzip makes a tenth of it, and base64 holds nothing that could end the element. */
function packed(data: unknown): string {
  return gzipSync(JSON.stringify(data), { level: 9 }).toString('base64')
}
