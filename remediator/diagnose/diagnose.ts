import { type Diagnosis, isReleaseCause } from '../../harness/model/cause.ts'
import type { PodView } from '../../harness/model/observation.ts'
import type { AnswerOf, ToolAnswer, ToolCall, ToolName } from '../../harness/model/tool.ts'
import { openCase } from './case.ts'
import { lookSigns } from './look-signs.ts'
import type { DiagnoseSection } from './section.ts'
import type { DiagnosisFacts, Trouble } from './trouble.ts'
import { weigh } from './weigh.ts'

export type { DiagnosisFacts } from './trouble.ts'

/** A diagnosis under way. Plain data. */
export interface DiagnosisState {
  readonly trouble: Trouble
  readonly section: DiagnoseSection
  /** The version that may be at fault: the one that is blamed, or that rolls out; null: none. */
  readonly judgedHash: string | null
  /** As the pods were then: an abort takes them away. */
  readonly podsAtOpening: readonly PodView[]
  /** Every call that was asked for, and its answer; null while there is none. */
  readonly calls: ToolCall[]
  readonly answers: (ToolAnswer | null)[]
  rounds: 0 | 1 | 2
  /** Whether the first round confirms a cause; null before all its answers are there. */
  isSettled: boolean | null
}

/** A tool, or what was written before the trouble. */
type Question = ToolName | 'logs before'

/** What is asked first where the budget does not suffice for all. */
const firstRound: readonly Question[] = [
  'changes',
  'objects',
  'events',
  'logs',
  'graph',
  'flags',
  'metrics',
  'logs before',
]
/** What may have changed by then. */
const secondRound: readonly Question[] = ['objects', 'events', 'logs', 'metrics']

/** Changes are asked for that far back: what people call lately (assumption). */
const changesBackMs = 3_600_000
/** Where the onset is not seen, events and logs of so long before it (assumption). */
const backMs = 60_000
/** What is usual in the log (assumption). */
const quietMs = 180_000
/** Prometheus needs a few scrapes to tell a rate. */
const leastWindowMs = 30_000

export function startDiagnosis(trouble: Trouble, facts: DiagnosisFacts, section: DiagnoseSection): DiagnosisState {
  const { rollout, pods } = facts
  const current = rollout === null || rollout.currentHash === trouble.stableHash ? '' : rollout.currentHash
  return {
    trouble,
    section,
    judgedHash: trouble.blames ?? (current === '' ? null : current),
    podsAtOpening: Object.values(pods),
    calls: [],
    answers: [],
    rounds: 0,
    isSettled: null,
  }
}

/**
 * The calls to make now, in parallel, never more than the budget has left. All tools are asked at once; what they do not settle is asked
 * again a while later. Each call is returned once.
 */
export function nextCalls(state: DiagnosisState, facts: DiagnosisFacts): ToolCall[] {
  const { trouble, section, rounds, calls } = state
  if (isAwaited(state) || rounds === 2 || facts.nowMs >= trouble.openedAtMs + section.deadline) return []
  if (rounds === 1 && (facts.nowMs < trouble.openedAtMs + section.secondLook || isSettled(state, facts))) return []
  const failed = calls.flatMap(({ tool }, i) => ('error' in state.answers[i]! ? tool : []))
  const wanted = rounds === 0 ? firstRound : [...new Set([...secondRound, ...failed])]
  const { onsetMs } = lookSigns(facts, state.judgedHash, trouble)
  const made = wanted
    .slice(0, Math.max(0, facts.toolCallsLeft))
    .map(question => callOf(question, onsetMs, trouble, facts))
  state.rounds = rounds === 0 ? 1 : 2
  calls.push(...made)
  for (const _ of made) state.answers.push(null)
  return made
}

/** @param callIndex which of all calls that `nextCalls` has returned, from 0. An answer that came already, or that nobody asked for, changes nothing. */
export function takeAnswer(state: DiagnosisState, callIndex: number, answer: ToolAnswer): void {
  if (state.calls[callIndex]?.tool === answer.tool) state.answers[callIndex] ??= answer
}

/** What a tool has answered, in the order of the questions; not that it could not be asked. */
export function answersOf<T extends ToolName>({ answers }: Pick<DiagnosisState, 'answers'>, tool: T): AnswerOf<T>[] {
  return answers.filter((answer): answer is AnswerOf<T> => answer?.tool === tool && !('error' in answer))
}

/** The diagnosis, as soon as nothing is awaited that could change it, or at the deadline; undefined before. */
export function conclude(state: DiagnosisState, facts: DiagnosisFacts): Diagnosis | undefined {
  const { trouble, section, rounds } = state
  if (facts.nowMs < trouble.openedAtMs + section.deadline) {
    if (rounds === 0 || isAwaited(state)) return undefined
    if (rounds === 1 && !isSettled(state, facts) && facts.toolCallsLeft > 0) return undefined
  }
  return diagnosisOf(state, facts)
}

/** What is believed by now, whether or not something is awaited. */
export function diagnosisOf(state: DiagnosisState, facts: DiagnosisFacts): Diagnosis {
  return weigh(openCase(state, facts), state.section, state.calls.length)
}

function isAwaited({ answers }: DiagnosisState): boolean {
  return answers.includes(null)
}

/** Not where detectors blame a version and the first answers speak for something else: who is right shows in the next looks. */
function isSettled(state: DiagnosisState, facts: DiagnosisFacts): boolean {
  if (state.isSettled === null) {
    const diagnosis = diagnosisOf(state, facts)
    const [best] = diagnosis.ranked
    const isContradicted = state.trouble.blames !== null && best !== undefined && !isReleaseCause(best.cause)
    state.isSettled = !isContradicted && agreedShare(diagnosis) >= state.section.confirmed
  }
  return state.isSettled
}

/** Belief in what the best hypothesis would have people do: causes that the same change has brought have the same remedy. */
function agreedShare({ verdict, ranked }: Diagnosis): number {
  const [best] = ranked
  if (best === undefined || verdict === 'inconclusive') return 0
  const agree = ranked.filter(({ change, cause }) =>
    best.change === null ? cause.kind === best.cause.kind : change === best.change,
  )
  return agree.reduce((sum, { share }) => sum + share, 0)
}

function callOf(question: Question, onsetMs: number, { openedAtMs }: Trouble, facts: DiagnosisFacts): ToolCall {
  const { nowMs, service, deployedAtMs } = facts
  const fromMs = Math.min(onsetMs, nowMs - leastWindowMs)
  switch (question) {
    case 'changes':
      return { tool: question, sinceMs: nowMs - changesBackMs }
    case 'objects':
      return { tool: question, service }
    case 'events':
      return { tool: question, sinceMs: Math.min(onsetMs, deployedAtMs ?? onsetMs, openedAtMs) - backMs }
    case 'logs':
      return { tool: question, service, fromMs, toMs: nowMs }
    case 'logs before':
      return { tool: 'logs', service, fromMs: fromMs - quietMs, toMs: fromMs }
    case 'metrics':
      return { tool: question, fromMs, toMs: nowMs }
    default:
      return { tool: question }
  }
}
