import { rolloutView } from '../../clusters/sim/argo/views.ts'
import { type Operation, operate } from '../../clusters/sim/operations.ts'
import { record, show } from '../../clusters/sim/world.ts'
import type { WorldSetting } from '../../clusters/sim/world-setting.ts'
import type { TrialEvent } from '../model/event.ts'
import type { ToolAnswer, ToolCall } from '../model/tool.ts'
import { framesOf, readEvents } from '../model/trial-log.ts'
import { startRun } from './open-loop.ts'
import { closeProposals, hurryProposals } from './proposals-in-run.ts'
import { proposeFix } from './releases-in-run.ts'
import { finishRun, nextStepMs, playTo, type Row, type Run, stepRun } from './row.ts'
import { headOf, joined } from './run-unit.ts'
import { answerTool } from './tools/answer-tool.ts'

/** What people at a keyboard do in a trial, on any backend. `undo` returns to the version from before the deploy. */
export type TeamDeed =
  | { readonly deed: 'page.acknowledged' | 'person.looked' | 'cause.found' }
  /** A repair of the last release goes to review, and from there by the pipeline to the cluster. */
  | { readonly deed: 'propose fix' }
  | { readonly deed: 'person.decided'; readonly decision: 'rollback' | 'wait' }
  | { readonly deed: 'approval.answered'; readonly effectId: string; readonly answer: 'approved' | 'rejected' }
  | {
      readonly deed: 'operate'
      readonly operation: 'abort' | 'undo' | 'promote' | 'retry' | 'hold' | 'resume' | 'restart' | 'flagOff'
    }
  | { readonly deed: 'operate'; readonly operation: 'scale'; readonly replicas: number }
  | { readonly deed: 'operate'; readonly operation: 'restartPod'; readonly pod: string }

/** A simulated trial in which people at a keyboard take the place of the simulated person. */
export interface Game {
  readonly row: Row
  /** Another one once something was injected, as its plan is another one. */
  run: Run
  /** How often something was injected. */
  injections: number
  /** Approvals that the engine waits for. */
  asked: { readonly effectId: string; readonly untilMs: number }[]
  /** Bytes of the log that were searched for questions, and that were taken out. */
  searched: number
  taken: number
}

/** @param people `team`: nobody acts but by `performDeed`, and where that never comes the engine is alone */
export function startGame(setting: WorldSetting, row: Row, people: 'team' | 'simulated'): Game {
  const run = startRun(setting, row, false)
  run.person.isAway = people === 'team'
  return { row, run, injections: 0, asked: [], searched: 0, taken: 0 }
}

/** Goes on with all that happens up to a time, however many calls it takes. A question without an answer is one at the end of its time. */
export function playGame(game: Game, untilMs: number): void {
  // What a deed has shown to the engine comes before all that happens later.
  playTo(game.run, -1)
  for (;;) {
    noteQuestions(game)
    const timeoutMs = Math.min(...game.asked.map(one => one.untilMs))
    const nextMs = Math.min(nextStepMs(game.run), timeoutMs)
    if (nextMs > untilMs || nextMs === Number.POSITIVE_INFINITY) break
    if (timeoutMs === nextMs) {
      const { effectId } = game.asked.find(one => one.untilMs === timeoutMs)!
      game.run.world.nowMs = nextMs
      answer(game, effectId, 'none')
      playTo(game.run, -1)
    } else stepRun(game.run)
  }
  game.run.world.nowMs = Math.max(game.run.world.nowMs, untilMs)
}

/** Somebody at a keyboard does something now, which is the time that the game was played to. */
export function performDeed(game: Game, deed: TeamDeed): void {
  const { run } = game
  const { world } = run
  switch (deed.deed) {
    case 'page.acknowledged':
    case 'cause.found':
      record(world, deed.deed, {})
      break
    case 'person.looked':
      hurryProposals(run)
      record(world, deed.deed, {})
      break
    case 'person.decided':
      record(world, deed.deed, { decision: deed.decision })
      break
    case 'propose fix':
      closeProposals(run, run.setting.subject.release.file)
      proposeFix(run)
      break
    case 'approval.answered':
      answer(game, deed.effectId, deed.answer)
      break
    case 'operate': {
      const { deed: _, ...operation } = deed
      const isRollback = operation.operation === 'abort' || operation.operation === 'undo'
      // Whoever takes a release back need not be told of it.
      if (isRollback) run.told = true
      operate(world, {
        effectId: `person/${operation.operation}`,
        actor: 'human',
        podTemplateHash: rolloutView(world.rollout).currentHash,
        ...operation,
        ...(operation.operation === 'undo' ? { toHash: world.goodHash } : {}),
      } as Operation)
    }
  }
  playTo(run, -1)
  noteQuestions(game)
}

/** What an engineer is told who asks now. */
export function askGame({ run }: Game, call: ToolCall): ToolAnswer {
  return answerTool(run, call)
}

/** What is in the log since the last call. The events' numbers are not those of the whole log. */
export function takeEvents(game: Game): TrialEvent[] {
  const frames = framesOf(game.run.world.log).subarray(game.taken)
  game.taken += frames.length
  return [...readEvents(frames)]
}

/** Nobody is at the keyboard any more: plays to the trial's end. @returns the trial's log */
export function endGame(game: Game): Uint8Array {
  const { run, row } = game
  playGame(game, run.setting.plan.endMs)
  finishRun(run)
  return joined([headOf(run.setting.plan, row), framesOf(run.world.log)])
}

function noteQuestions(game: Game): void {
  const { world, setting, person } = game.run
  const frames = framesOf(world.log).subarray(game.searched)
  game.searched += frames.length
  if (!person.isAway || frames.length === 0) return
  for (const { type, t, data } of readEvents(frames, ['approval.asked'])) {
    if (type !== 'approval.asked') continue
    game.asked.push({ effectId: data.effectId, untilMs: t + setting.parameters.people.approval.timeout.ms })
  }
}

function answer(game: Game, effectId: string, given: 'approved' | 'rejected' | 'none'): void {
  const { world } = game.run
  game.asked = game.asked.filter(one => one.effectId !== effectId)
  record(world, 'approval.answered', { effectId, answer: given })
  show(world, { t: world.nowMs, type: 'approval.answered', effectId, answer: given })
}
