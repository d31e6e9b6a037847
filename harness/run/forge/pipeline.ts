import type { ForgeTimes } from '../../model/parameters/forge.ts'
import { type Forge, type ForgeEvent, forgeDelay, forgeHappens, type PipelineRun } from './forge.ts'

/** Tests and builds what is on the main branch, and brings it to the cluster where that succeeds. */
export function startPipeline(
  forge: Forge,
  { pipeline }: ForgeTimes,
  run: Pick<PipelineRun, 'sha' | 'number' | 'purpose' | 'attempt'>,
  nowMs: number,
): void {
  const { purpose, attempt } = run
  const passes = !forgeHappens(forge, `${purpose}/pipeline fails`, pipeline.fails, attempt)
  const imageMs = forgeDelay(forge, `${purpose}/image`, pipeline.image, attempt)
  const deployMs = passes ? forgeDelay(forge, `${purpose}/deploy`, pipeline.deploy, attempt) : 0
  forge.pipelines.push({ ...run, startedAtMs: nowMs, endsAtMs: nowMs + imageMs + deployMs, passes })
}

/** Called at the run's end: one that failed is started again. */
export function finishPipeline(forge: Forge, times: ForgeTimes, run: PipelineRun, nowMs: number): ForgeEvent {
  const { sha, number, attempt, passes, startedAtMs } = run
  forge.pipelines = forge.pipelines.filter(one => one !== run)
  if (!passes) startPipeline(forge, times, { ...run, attempt: attempt + 1 }, nowMs)
  return { type: 'pipeline.finished', data: { sha, number, attempt, ok: passes, startedMs: startedAtMs } }
}
