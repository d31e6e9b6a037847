import type { EventData, EventType, TrialEvent } from '../model/event.ts'

type EventOf<T extends EventType> = { readonly t: number; readonly type: T; readonly data: EventData<T> }

export function all<T extends EventType>(events: readonly TrialEvent[], type: T): EventOf<T>[] {
  return events.filter(event => event.type === type) as unknown as EventOf<T>[]
}

export function first<T extends EventType>(events: readonly TrialEvent[], type: T): EventOf<T> | undefined {
  return events.find(event => event.type === type) as EventOf<T> | undefined
}
