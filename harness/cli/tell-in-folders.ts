import { join } from 'node:path'
import { renderSarif } from '../../reports/sarif.ts'
import type { Comparison } from '../judge/comparison.ts'
import { worstVerdict } from './compare-runs.ts'
import type { CommandContext } from './context.ts'
import { placesOf } from './places.ts'
import { readPlan, readSummary, readTrials } from './read-run.ts'
import { reportPage } from './report-page.ts'
import { runFiles, writeComparison, writePage, writeSarif } from './run-folder.ts'

/**
 * Puts a comparison on record in the folders of its candidates, as a run with a baseline does.
 * @param folders of the candidates in their order; undefined for one whose folder stays as it is
 * @returns the pages of the folders
 */
export async function tellInFolders(
  comparison: Comparison,
  folders: readonly (string | undefined)[],
  { github }: Pick<CommandContext, 'github'>,
): Promise<string[]> {
  const pages: string[] = []
  for (const folder of new Set(folders)) {
    if (folder === undefined) continue
    const candidates = comparison.candidates.filter((_, i) => folders[i] === folder)
    const own = { ...comparison, verdict: worstVerdict(candidates), candidates }
    const [summary, plan] = [readSummary(folder), readPlan(folder)]
    writeComparison(folder, own)
    writeSarif(folder, renderSarif(summary, own, placesOf(plan.replayArguments, github.root)))
    writePage(folder, await reportPage(folder, summary, plan, readTrials(folder), own))
    pages.push(join(folder, runFiles.html))
  }
  return pages
}
