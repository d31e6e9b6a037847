import { loadBundle } from '../../reports/html/bundle.ts'
import { renderHtml } from '../../reports/html/page.ts'
import type { Summary } from '../judge/summary.ts'

/** The page of a run. */
export async function reportPage(summary: Summary): Promise<string> {
  return renderHtml(summary, [], await loadBundle())
}
