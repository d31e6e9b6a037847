import { record } from '../../../clusters/sim/world.ts'
import { summarizeAnswer } from '../../../clusters/summarize-answer.ts'
import { canonicalJson } from '../../../remediator/audit/canonical-json.ts'
import type { TimedObservation } from '../../model/observation.ts'
import type { ToolCall } from '../../model/tool.ts'
import { answerTool } from './answer-tool.ts'
import type { Asked } from './asked.ts'

import { toolDelayMs } from './tool-delay.ts'

/** A question that is under way. Never changed. */
export interface PendingTool {
  readonly effectId: string
  readonly call: ToolCall
  /** When it is answered. */
  readonly atMs: number
}

/** Asks the world, and writes down that somebody did. The answer tells how things stand when it comes. */
export function askTool(
  { setting, world }: Pick<Asked, 'setting' | 'world'>,
  pending: PendingTool[],
  { id, incident, call }: { readonly id: string; readonly incident: string; readonly call: ToolCall },
): void {
  const { tool, ...rest } = call
  record(world, 'tool.called', { effectId: id, incident, tool, arguments: canonicalJson(rest) })
  pending.push({ effectId: id, call, atMs: world.nowMs + toolDelayMs(setting, id, call, world.nowMs) })
}

/** When the next answer comes; infinite when none is awaited. */
export function nextToolMs(pending: readonly PendingTool[]): number {
  return pending.reduce((nextMs, { atMs }) => Math.min(nextMs, atMs), Number.POSITIVE_INFINITY)
}

/**
 * Called at `nextToolMs`, which is the world's time then: takes out of the list what is due, in the order in which it was asked, and
 * writes it down. @returns what the asker is to be shown.
 */
export function proceedTools(run: Asked, pending: PendingTool[]): TimedObservation[] {
  const { world } = run
  const due = pending.filter(({ atMs }) => atMs <= world.nowMs)
  const awaited = pending.filter(({ atMs }) => atMs > world.nowMs)
  pending.splice(0, pending.length, ...awaited)
  return due.map(({ effectId, call }) => {
    const answer = answerTool(run, call)
    record(world, 'tool.answered', {
      effectId,
      tool: call.tool,
      ok: !('error' in answer),
      summary: summarizeAnswer(answer),
    })
    return { t: world.nowMs, type: 'tool.answered', effectId, answer }
  })
}
