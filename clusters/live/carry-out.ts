import { setTimeout as sleep } from 'node:timers/promises'
import type { Actor, Effect, Proposal } from '../../harness/model/effect.ts'
import type { EventData, EventType } from '../../harness/model/event.ts'
import type { Observation } from '../../harness/model/observation.ts'
import type { SafeAction } from '../../harness/model/safe-action.ts'
import type { ToolAnswer, ToolCall } from '../../harness/model/tool.ts'
import { canonicalJson } from '../../remediator/audit/canonical-json.ts'
import { summarizeAnswer } from '../summarize-answer.ts'
import type { OperationResult } from './attempt.ts'
import type { KubeApi } from './kube-api.ts'
import { type LiveOperation, operate } from './operate.ts'
import type { RolloutTarget } from './operations.ts'
import type { WhoAborted } from './who-aborted.ts'

/** Adds an event to the trial's log. */
export type Append = <T extends EventType>(t: number, type: T, data: EventData<T>) => void

export type ApprovalAnswer = Extract<Observation, { type: 'approval.answered' }>['answer']

export interface EffectSetting {
  readonly target: RolloutTarget
  /** With the rights of people, who may do more than the engine; without it they act with the engine's. */
  readonly peopleApi?: KubeApi | undefined
  readonly append: Append
  /** Trial time. */
  readonly now: () => number
  /** Shows the engine something, in a turn of its own. */
  readonly tell: (observation: Observation) => void
  /** Answers what the engine asks the world. */
  readonly ask: (call: ToolCall) => Promise<ToolAnswer>
  /** Answers what the engine asks people; without it nobody is there to be asked. */
  readonly approve?: ((effectId: string, action: SafeAction, reason: string) => Promise<ApprovalAnswer>) | undefined
  /** Keeps what the engine proposes, as no forge does on a cluster. Numbers count from 1. */
  readonly propose: (number: number, proposal: Proposal) => void
  /** Pod template hash of the version that the Rollout is at. */
  readonly currentHash: () => string
  readonly whoAborted: WhoAborted
  readonly fail: (error: Error) => void
  /** Ends whatever is under way; nothing is logged or told after it. */
  readonly signal: AbortSignal
}

export interface EffectCarrier {
  /** Carries an effect of the engine out: each one once, however often it is asked to. */
  readonly carryOut: (t: number, effect: Effect) => void
  /** Carries out what somebody does, with the log's events. */
  readonly act: (actor: Actor, effectId: string, operation: LiveOperation) => Promise<OperationResult>
}

/** @returns what carries effects and people's acts out on a real cluster. */
export function effectCarrier(setting: EffectSetting): EffectCarrier {
  const { target, append, now, tell, fail, signal } = setting
  const begun = new Set<string>()
  let proposals = 0

  /** Goes on with an answer when it is there, unless the trial is over. */
  function whenAnswered<T>(answer: Promise<T>, goOn: (value: T) => void) {
    answer
      .then(value => {
        if (!signal.aborted) goOn(value)
      })
      .catch(fail)
  }

  async function act(actor: Actor, effectId: string, wanted: LiveOperation): Promise<OperationResult> {
    const { operation, podTemplateHash } = wanted
    append(now(), 'operation.started', { effectId, actor, operation, podTemplateHash })
    if (operation === 'abort') setting.whoAborted.sent(podTemplateHash, actor)
    const isPerson = actor === 'human' && setting.peopleApi !== undefined
    const result = await operate(isPerson ? { ...target, api: setting.peopleApi } : target, wanted, signal)
    if (signal.aborted) return result
    const { ok, message } = result
    if (operation === 'abort') setting.whoAborted.answered(podTemplateHash, actor, result)
    if (ok && operation === 'widenThreshold') {
      const { template, metric, fromValue, toValue } = wanted
      append(now(), 'threshold.changed', { actor, template, metric, fromValue, toValue })
    }
    append(now(), 'operation.finished', { effectId, actor, operation, ok, message })
    tell({ type: 'effect.finished', effectId, ok, message })
    return result
  }

  /** What takes a release back goes first, what else is done next, and questions wait: they all share the way to the API server. */
  const rollbacks = new Set<Promise<unknown>>()
  const acts = new Set<Promise<unknown>>()

  function actAsEngine(effectId: string, operation: LiveOperation) {
    const isRollback = operation.operation === 'abort' || operation.operation === 'undo'
    const acting = isRollback
      ? act('engine', effectId, operation)
      : settledOf(rollbacks).then(() => act('engine', effectId, operation))
    for (const under of isRollback ? [rollbacks, acts] : [acts]) {
      under.add(acting)
      const over = () => under.delete(acting)
      acting.then(over, over)
    }
    acting.catch(fail)
  }

  function propose(t: number, effectId: string, proposal: Proposal) {
    const { incident, rule, title, description, file } = proposal
    const number = ++proposals
    const changes = proposal.changes.map(change => ({ file, ...change }))
    append(t, 'pullRequest.opened', { number, author: 'engine', title, description, changes })
    append(t, 'proposal.made', { effectId, incident, rule, number })
    setting.propose(number, proposal)
    // In a turn of its own: the engine is in the middle of a step.
    whenAnswered(Promise.resolve(), () => tell({ type: 'pullRequest.changed', effectId, number, state: 'opened' }))
  }

  function carryOut(t: number, effect: Effect) {
    const { id: effectId } = effect
    if (begun.has(effectId)) return
    begun.add(effectId)
    switch (effect.type) {
      case 'alarm':
        if (effect.deciding) append(t, 'detector.fired', effect.alarm)
        return
      case 'page':
        append(t, 'page.sent', { effectId, blames: effect.blames, reason: effect.reason })
        return
      case 'wake':
        sleep(Math.max(0, effect.atMs - t), undefined, { signal })
          .then(() => tell({ type: 'time.passed' }), ignoreEnd)
          .catch(fail)
        return
      case 'incident':
        append(t, `incident.${effect.state}`, { incident: effect.incident, reason: effect.reason })
        return
      case 'audit':
        append(t, 'audit.recorded', { line: effect.line })
        return
      case 'abort':
      case 'hold':
      case 'resume':
        return actAsEngine(effectId, { operation: effect.type, podTemplateHash: effect.podTemplateHash })
      case 'undo': {
        const { podTemplateHash, toHash } = effect
        return actAsEngine(effectId, { operation: 'undo', podTemplateHash, toHash })
      }
      case 'apply':
        return actAsEngine(effectId, operationOf(effect, setting.currentHash()))
      case 'callTool': {
        const { tool, ...rest } = effect.call
        append(t, 'tool.called', { effectId, incident: effect.incident, tool, arguments: canonicalJson(rest) })
        const answering = Promise.race([settledOf(acts), sleep(longestWaitMs, undefined, { signal }).catch(ignoreEnd)])
        return whenAnswered(
          answering.then(() => setting.ask(effect.call)),
          answer => {
            append(now(), 'tool.answered', {
              effectId,
              tool,
              ok: !('error' in answer),
              summary: summarizeAnswer(answer),
            })
            tell({ type: 'tool.answered', effectId, answer })
          },
        )
      }
      case 'diagnose': {
        const { ranked, ruledOut, ...rest } = effect.diagnosis
        append(t, 'diagnosis.made', {
          effectId,
          ...rest,
          ranked: ranked.map(({ cause, change, share }) => ({ ...cause, change, share })),
          ruledOut: ruledOut.map(({ cause, because }) => ({ ...cause, because })),
        } as EventData<'diagnosis.made'>)
        return
      }
      case 'propose':
        return propose(t, effectId, effect.proposal)
      case 'gate': {
        const { incident, action, verdict, reasons } = effect
        const text = canonicalJson(action as never)
        append(t, 'gate.decided', {
          effectId,
          incident,
          class: action.class,
          action: text,
          verdict,
          reasons: [...reasons],
        })
        return
      }
      case 'askApproval': {
        const { incident, action, reason } = effect
        append(t, 'approval.asked', { effectId, incident, action: canonicalJson(action as never) })
        const answering = setting.approve?.(effectId, action, reason) ?? Promise.resolve<ApprovalAnswer>('none')
        return whenAnswered(answering, answer => {
          append(now(), 'approval.answered', { effectId, answer })
          tell({ type: 'approval.answered', effectId, answer })
        })
      }
      case 'verify': {
        const { incident, outcome, reason } = effect
        append(t, 'action.verified', { effectId: effect.effectId, incident, outcome, reason })
        return
      }
    }
  }

  return { carryOut, act }
}

/** What takes a silenced message back turns it on again. */
function operationOf({ action, undoes }: Extract<Effect, { type: 'apply' }>, currentHash: string): LiveOperation {
  switch (action.class) {
    case 'scale': {
      const { fromReplicas, replicas } = action
      return { operation: 'scale', podTemplateHash: currentHash, fromReplicas, replicas }
    }
    case 'restartPod':
      return { operation: 'restartPod', podTemplateHash: currentHash, pod: action.pod }
    case 'widenThreshold': {
      const { target, metric, fromValue, toValue } = action
      const template = target.name
      return { operation: 'widenThreshold', podTemplateHash: currentHash, template, metric, fromValue, toValue }
    }
    case 'retry':
      return { operation: 'retry', podTemplateHash: action.podTemplateHash }
    case 'quietLog':
      return {
        operation: 'quietLog',
        podTemplateHash: currentHash,
        message: action.message,
        quiet: undoes === null,
      }
  }
}

/** Questions wait no longer for what is being done. */
const longestWaitMs = 5000

/** In a turn of its own, when all effects of a step are known. */
async function settledOf(promises: ReadonlySet<Promise<unknown>>): Promise<void> {
  await Promise.resolve()
  await Promise.allSettled(promises)
}

function ignoreEnd(): void {}
