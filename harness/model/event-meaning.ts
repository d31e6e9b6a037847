import type { EventData, EventType } from './event.ts'

/** What an event of a type tells, and each of its fields. */
export interface EventMeaning<T extends EventType> {
  readonly about: string
  readonly fields: { readonly [F in keyof EventData<T>]: string }
}

/** What fields of several events mean. */
export const meanings = {
  hash: 'pod template hash of the revision',
  number: 'of the pull request',
  effectId: "the effect that it belongs to; a person's begin with `person/`",
  incident: "the engine's name of the incident",
  actor: 'engine, argo, human or kubelet',
} as const
