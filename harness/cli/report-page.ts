import { loadBundle } from '../../reports/html/bundle.ts'
import { renderHtml } from '../../reports/html/page.ts'
import { notableTrials } from '../../reports/timeline/notable.ts'
import type { Comparison } from '../judge/comparison.ts'
import type { Summary } from '../judge/summary.ts'
import type { TrialResult } from '../judge/trial-result.ts'
import { timelinesOf } from './notable-timelines.ts'
import type { StoredPlan } from './run-folder.ts'

/** The page of a run that lies in a folder, with the timelines of its notable trials. */
export async function reportPage(
  folder: string,
  summary: Summary,
  plan: StoredPlan,
  trials: readonly TrialResult[],
  comparison: Comparison | undefined,
): Promise<string> {
  const { game } = plan
  const problem = summary.findings.find(({ trial }) => trial === game?.trial)?.problem ?? null
  const notable = [
    ...(game === undefined ? [] : [{ id: game.trial, why: 'the game', problem }]),
    ...notableTrials(trials, summary.findings, plan.scored).filter(({ id }) => id !== game?.trial),
  ]
  return renderHtml(
    summary,
    timelinesOf(folder, plan, summary.backend, trials, notable),
    await loadBundle(),
    comparison,
  )
}
