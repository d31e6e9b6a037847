import { appendFileSync, statSync } from 'node:fs'
import { renderAnnotations } from '../../reports/annotations.ts'
import type { Complaint, Places } from '../../reports/complaints.ts'
import { summaryLimitBytes } from '../../reports/markdown.ts'

/** What GitHub Actions offers to the process. */
export interface Github {
  /** The file that becomes the summary of the step; undefined elsewhere. */
  readonly summaryFile: string | undefined
  /** Whether lines of the output may be workflow commands. */
  readonly takesCommands: boolean
  /** Root of the repository, where files are shown; the current folder elsewhere. */
  readonly root: string
}

export function githubOf(env: NodeJS.ProcessEnv, folder: string): Github {
  const { GITHUB_STEP_SUMMARY: summaryFile, GITHUB_ACTIONS: actions, GITHUB_WORKSPACE: workspace } = env
  const takesCommands = actions === 'true'
  return {
    summaryFile: summaryFile || undefined,
    takesCommands,
    root: (takesCommands && workspace) || folder,
  }
}

/** Appends to the summary of the step what it still takes. @param render with at most so many bytes */
export function appendSummary({ summaryFile }: Github, render: (limitBytes: number) => string): void {
  if (summaryFile === undefined) return
  const taken = statSync(summaryFile, { throwIfNoEntry: false })?.size ?? 0
  appendFileSync(summaryFile, render(Math.max(0, summaryLimitBytes - taken)))
}

/** Complaints beside the files that they are about. */
export function annotate(
  { takesCommands }: Github,
  complaints: readonly Complaint[],
  places: Places,
  write: (text: string) => void,
): void {
  if (takesCommands) write(renderAnnotations(complaints, places))
}
