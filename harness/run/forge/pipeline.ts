import type { ForgeTimes } from '../../model/parameters/forge.ts'
import { type Forge, type ForgeEvent, flagsFile, forgeDelay, forgeHappens, type PipelineRun } from './forge.ts'

/**
 * Brings what a file holds on the main branch to where it is used, in the place of earlier runs for that file: of two runs at a time the
 * slower one would bring back what the other has replaced.
 */
export function startPipeline(
  forge: Forge,
  { pipeline }: ForgeTimes,
  run: Pick<PipelineRun, 'sha' | 'number' | 'purpose' | 'file' | 'attempt'> & { readonly isBuilt: boolean },
  nowMs: number,
): void {
  const { sha, number, purpose, file, attempt, isBuilt } = run
  const kind = file === flagsFile ? 'flags' : isBuilt ? 'release' : 'build'
  const builds = kind === 'build'
  const passes = !builds || !forgeHappens(forge, `${purpose}/pipeline fails`, pipeline.fails, attempt)
  const imageMs = builds ? forgeDelay(forge, `${purpose}/image`, pipeline.image, attempt) : 0
  const law = kind === 'flags' ? pipeline.flags : pipeline.deploy
  const deployMs = passes ? forgeDelay(forge, `${purpose}/deploy`, law, attempt) : 0
  const endsAtMs = nowMs + imageMs + deployMs
  const contents = { ...forge.files[file] }
  forge.pipelines = forge.pipelines.filter(one => one.purpose === '' || one.file !== file)
  forge.pipelines.push({ sha, number, purpose, file, contents, kind, attempt, startedAtMs: nowMs, endsAtMs, passes })
}

/** Called at the run's end: one that failed is started again, and what succeeded is released with all that was merged before it. */
export function finishPipeline(forge: Forge, times: ForgeTimes, run: PipelineRun, nowMs: number): ForgeEvent {
  const { sha, number, purpose, file, attempt, passes, startedAtMs } = run
  forge.pipelines = forge.pipelines.filter(one => one !== run)
  if (!passes) startPipeline(forge, times, { sha, number, purpose, file, attempt: attempt + 1, isBuilt: false }, nowMs)
  else if (purpose !== '') {
    for (const one of forge.pullRequests)
      if (one.state === 'merged' && one.changes.some(change => change.file === file)) one.released = true
  }
  return { type: 'pipeline.finished', data: { sha, number, attempt, ok: passes, startedMs: startedAtMs } }
}
