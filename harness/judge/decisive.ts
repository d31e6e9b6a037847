import type { EventType, TrialEvent } from '../model/event.ts'

/** Something in a trial by which what follows can turn out otherwise. */
export interface DecisiveEvent {
  readonly t: number
  /** The event's type, and of an operation also which one and who did it, where it was not the engine: `operation.started scale`. */
  readonly what: string
}

/**
 * What people, forge and cluster do or are made to do. What an engine only thinks or asks for is none of them: its tools, its diagnosis
 * until somebody reads it, its proposals until they are merged.
 */
const decisiveTypes: readonly EventType[] = [
  'rollout.aborted',
  'page.sent',
  'page.acknowledged',
  'person.decided',
  'diagnosis.read',
  'cause.found',
  'pullRequest.merged',
  'release.updated',
  'operation.started',
  'flag.changed',
  'threshold.changed',
  'approval.answered',
]

/**
 * A trial's decisive events in the order of its log, as one text: many trials are kept at a time, and a list of objects takes ten times
 * the memory.
 */
export function decisiveText(events: readonly TrialEvent[]): string {
  return events
    .filter(({ type }) => decisiveTypes.includes(type))
    .map(event => `${event.t} ${nameOf(event)}`)
    .join('\n')
}

/** Reads what `decisiveText` wrote. */
export function decisiveEvents(text: string): DecisiveEvent[] {
  if (text === '') return []
  return text.split('\n').map(line => {
    const space = line.indexOf(' ')
    return { t: Number(line.slice(0, space)), what: line.slice(space + 1) }
  })
}

/**
 * The first event that one trial has and the other has not, and which of the two has it; undefined where there is none. Of two events the
 * earlier one makes the difference. To hold a release and let it go on is to wait for something else: that is named where there is any.
 */
export function firstDifference(
  one: string,
  other: string,
): { readonly what: string; readonly of: 'one' | 'other' } | undefined {
  if (one === other) return undefined
  const [left, right] = [decisiveEvents(one), decisiveEvents(other)]
  return firstOf(left.filter(isNoWait), right.filter(isNoWait)) ?? firstOf(left, right)
}

function isNoWait({ what }: DecisiveEvent): boolean {
  return !/^operation\.started (hold|resume)/.test(what)
}

function firstOf(left: readonly DecisiveEvent[], right: readonly DecisiveEvent[]): ReturnType<typeof firstDifference> {
  const i = left.findIndex(({ t, what }, at) => right[at]?.t !== t || right[at].what !== what)
  const [ofLeft, ofRight] = i === -1 ? [undefined, right[left.length]] : [left[i], right[i]]
  if (ofLeft === undefined && ofRight === undefined) return undefined
  if (ofRight === undefined || (ofLeft !== undefined && ofLeft.t < ofRight.t)) return { what: ofLeft!.what, of: 'one' }
  return { what: ofRight.what, of: 'other' }
}

/** When somebody or something first acted on the cluster, the manifests' analysis too; null: nobody did. */
export function firstDeedMs(text: string): number | null {
  const deed = decisiveEvents(text).find(
    ({ what }) => what.startsWith('operation.started') || what.startsWith('rollout.aborted'),
  )
  return deed?.t ?? null
}

function nameOf({ type, data }: TrialEvent): string {
  if (type === 'operation.started') {
    const by = data.actor === 'engine' ? '' : ` by ${data.actor}`
    return `${type} ${data.operation}${by}`
  }
  if (type === 'rollout.aborted') return `${type} by ${data.actor}`
  if (type === 'release.updated') return `${type} ${data.release}`
  return type
}
