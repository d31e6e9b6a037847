import type { Look } from '../../harness/model/look.ts'
import type { AnswerOf, LogLines, PodMetrics, ToolName } from '../../harness/model/tool.ts'
import { calleesOf } from '../call-graph.ts'
import type { FlagChange } from '../seen.ts'
import { type Callee, deepestFailing, lookAtCallee } from './callees.ts'
import { type Offender, offenderOf } from './change-signs.ts'
import { answersOf, type DiagnosisState } from './diagnose.ts'
import { type LogSigns, logSigns, tellsOfFailure } from './log-signs.ts'
import { type LookSigns, lookSigns } from './look-signs.ts'
import { outcomesOf } from './outcomes.ts'
import { type PodSigns, podSigns } from './pod-signs.ts'
import type { DiagnosisFacts, Trouble } from './trouble.ts'

/** Everything that clues are looked for in. `undefined` where nobody knows. */
export interface Case {
  readonly trouble: Trouble
  readonly facts: DiagnosisFacts
  /** The version that may be at fault; null: nothing rolls out. */
  readonly judgedHash: string | null
  readonly looks: LookSigns
  readonly judgedPods: PodSigns
  readonly otherPods: PodSigns
  readonly judgedLogs: LogSigns | undefined
  readonly otherLogs: LogSigns | undefined
  /** The message that says nothing of a failure, and is written for each request as it was not before; empty: none. */
  readonly noise: string
  readonly callees: readonly Callee[] | undefined
  readonly failing: Callee | undefined
  readonly calledMore: Callee | undefined
  readonly offender: Offender | undefined
  /** Keys in which the version differs from the one before. */
  readonly changedKeys: readonly string[] | undefined
  /** Flags that were changed shortly before the onset, the last one first; undefined where nobody could be asked. */
  readonly flags: readonly FlagChange[] | undefined
  readonly cpu: CpuSigns | undefined
  /** Highest share of busy workers that anybody has exported of the service. */
  readonly utilisation: number | undefined
  /** Pods that hold most of the requests in progress, while others have few; undefined where nobody knows. */
  readonly worn: { readonly pods: number; readonly of: number } | undefined
  /** Tools that did not answer. */
  readonly silentTools: readonly ToolName[]
}

export interface CpuSigns {
  /** Of a pod of the version, over its limit; null without a limit. */
  readonly ofLimit: number | null
  /** Over that of a pod of the other versions; null where nobody knows. */
  readonly ofOthers: number | null
}

/** A flag is suspected that was changed this long before the onset, or just after what seems to be it; where none is seen, every one. */
const flagBeforeMs = 180_000
const flagAfterMs = 15_000

/** A message is noise that comes this many times for each request, and this many times as often as it did (assumptions). */
const noisyLinesPerRequest = 0.7
const noisyRise = 3

export function openCase(state: DiagnosisState, facts: DiagnosisFacts): Case {
  const { trouble, judgedHash } = state
  const { service } = facts
  const all = <T extends ToolName>(tool: T) => answersOf(state, tool)
  const last = <T extends ToolName>(tool: T) => all(tool).at(-1)
  const looks = lookSigns(facts, judgedHash, trouble)
  const objects = all('objects')
  const metrics = all('metrics')
  const events = last('events')?.events.filter(({ atMs }) => atMs <= facts.nowMs) ?? []
  const views = [...state.podsAtOpening, ...objects.flatMap(({ pods }) => pods), ...Object.values(facts.pods)]
  const isJudged = ({ podTemplateHash }: { readonly podTemplateHash: string }) => podTemplateHash === judgedHash
  const logs = logSearches(state, service)
  const lines = logs.now?.lines
  const calls = last('graph')?.calls
  const callees =
    calls && calleesOf(service, calls).map(name => lookAtCallee(name, service, facts.looks, looks.onsetMs, metrics))
  const revisions = objects.at(-1)?.revisions ?? []
  const judged = revisions.find(isJudged)
  const stable = revisions.find(({ podTemplateHash }) => podTemplateHash === trouble.stableHash)
  const changes = last('changes')?.changes
  const cameAtMs = facts.deployedAtMs ?? trouble.openedAtMs
  const offender =
    judgedHash === null || changes === undefined
      ? undefined
      : offenderOf(changes, service, judgedHash, judged, stable, cameAtMs)
  return {
    trouble,
    facts,
    judgedHash,
    looks,
    judgedPods: podSigns(views.filter(isJudged), events),
    otherPods: podSigns(
      views.filter(pod => !isJudged(pod)),
      events,
    ),
    judgedLogs: lines && logSigns(lines, hash => hash === judgedHash),
    otherLogs: lines && logSigns(lines, hash => hash !== judgedHash),
    noise: noiseIn(logs.now, logs.before, facts.looks),
    callees,
    failing: calls && callees && deepestFailing(callees, calls),
    calledMore: callees
      ?.filter(({ isCalledMore }) => isCalledMore)
      .toSorted((a, b) => b.callsFactor! - a.callsFactor! || (a.service < b.service ? -1 : 1))[0],
    offender,
    changedKeys: changedKeys(judged?.values, stable?.values) ?? offender?.record.diffs.map(({ key }) => key),
    flags: suspectedFlags(facts, looks, last('flags')),
    cpu: cpuSigns(objects, judgedHash),
    utilisation: highest(
      metrics.flatMap(({ now }) => now.filter(one => one.service === service).map(one => one.utilisation)),
    ),
    worn: wornPods(metrics.at(-1)?.pods ?? []),
    silentTools: silentTools(state),
  }
}

/** As many as a pod's workers may be: fewer in progress may be chance (assumption). */
const leastInFlight = 3

/** Requests spread evenly over pods that are alike; some that have four times as many as half of all have lost workers. */
function wornPods(pods: readonly PodMetrics[]): Case['worn'] {
  if (pods.length < 3) return undefined
  const sorted = pods.map(({ inFlight }) => inFlight).sort((a, b) => a - b)
  const median = sorted[Math.floor(sorted.length / 2)]!
  const worn = sorted.filter(inFlight => inFlight >= leastInFlight && inFlight >= 4 * Math.max(1, median))
  return { pods: worn.length, of: pods.length }
}

function suspectedFlags(
  { flagChanges }: DiagnosisFacts,
  { onsetMs, isSeen }: LookSigns,
  answer: AnswerOf<'flags'> | undefined,
): FlagChange[] | undefined {
  if (answer === undefined && flagChanges.length === 0) return undefined
  const told = (answer?.flags ?? []).flatMap(({ flag, value, changedAtMs }) => {
    const isKnown = flagChanges.some(change => change.flag === flag && change.atMs === changedAtMs)
    return changedAtMs === null || isKnown ? [] : [{ flag, atMs: changedAtMs, fromValue: '', toValue: value }]
  })
  return [...flagChanges, ...told]
    .filter(({ atMs }) => !isSeen || (atMs >= onsetMs - flagBeforeMs && atMs <= onsetMs + flagAfterMs))
    .toSorted((a, b) => b.atMs - a.atMs || (a.flag < b.flag ? -1 : 1))
}

function changedKeys(
  judged: Readonly<Record<string, string>> | undefined,
  stable: Readonly<Record<string, string>> | undefined,
): string[] | undefined {
  if (judged === undefined || stable === undefined) return undefined
  const keys = [...new Set([...Object.keys(judged), ...Object.keys(stable)])].toSorted()
  return keys.filter(key => judged[key] !== stable[key])
}

/** Of the answer in which the version's pods need most. */
function cpuSigns(answers: readonly AnswerOf<'objects'>[], judgedHash: string | null): CpuSigns | undefined {
  const found = answers.flatMap(({ rollout, pods }) => {
    const meanOf = (isJudged: boolean) => {
      const used = pods.flatMap(pod => (isJudged === (pod.podTemplateHash === judgedHash) ? (pod.cpuMilli ?? []) : []))
      return used.length === 0 ? null : used.reduce((sum, milli) => sum + milli, 0) / used.length
    }
    const [own, others] = [meanOf(true), meanOf(false)]
    if (own === null) return []
    const ofLimit = rollout.cpuLimitMilli === null ? null : own / rollout.cpuLimitMilli
    return [{ own, ofLimit, ofOthers: others === null || others === 0 ? null : own / others }]
  })
  return found.toSorted((a, b) => b.own - a.own)[0]
}

interface LogSearch {
  readonly fromMs: number
  readonly toMs: number
  readonly lines: readonly LogLines[]
}

/** The two searches of the log: the last one from the onset on, and the one of before. */
function logSearches({ calls, answers }: DiagnosisState, service: string) {
  const found = calls.flatMap((call, i): LogSearch[] => {
    const answer = answers[i]
    if (call.tool !== 'logs' || answer?.tool !== 'logs' || 'error' in answer) return []
    return [{ fromMs: call.fromMs, toMs: call.toMs, lines: answer.lines.filter(line => line.service === service) }]
  })
  const latestMs = Math.max(...found.map(({ toMs }) => toMs))
  return {
    now: found.findLast(({ toMs }) => toMs === latestMs),
    before: found.find(({ toMs }) => found.some(({ fromMs }) => fromMs === toMs)),
  }
}

function noiseIn(now: LogSearch | undefined, before: LogSearch | undefined, looks: readonly Look[]): string {
  if (now === undefined || before === undefined) return ''
  const requestsIn = ({ fromMs, toMs }: LogSearch) => outcomesOf(looks, () => true, fromMs, toMs).requests
  const [requests, requestsBefore] = [requestsIn(now), requestsIn(before)]
  if (requests === 0 || requestsBefore === 0) return ''
  const counts: Record<string, number> = {}
  for (const { message, level, count } of now.lines)
    if (level !== 'info' && !tellsOfFailure(message)) counts[message] = (counts[message] ?? 0) + count
  const loudest = Object.entries(counts).toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))[0]
  if (loudest === undefined) return ''
  const [message, count] = loudest
  const countBefore = before.lines.reduce((sum, line) => sum + (line.message === message ? line.count : 0), 0)
  const perRequest = count / requests
  return perRequest >= noisyLinesPerRequest && perRequest >= (noisyRise * countBefore) / requestsBefore ? message : ''
}

function highest(numbers: readonly (number | null)[]): number | undefined {
  const known = numbers.filter(number => number !== null)
  return known.length === 0 ? undefined : Math.max(...known)
}

/** Those whose last answer was none. */
function silentTools({ calls, answers }: DiagnosisState): ToolName[] {
  const names = [...new Set(calls.map(({ tool }) => tool))]
  return names.filter(name => {
    const own = calls.flatMap(({ tool }, i) => (tool === name ? [answers[i]] : []))
    return own.every(answer => answer === null || answer === undefined || 'error' in answer)
  })
}
