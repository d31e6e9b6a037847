/**
 * A future thing: ties in time are ordered by priority (lower first), then by the order in which they were scheduled. `type` and
 * whatever else a kind of event carries must be plain data, so that a queue can be cloned with its world.
 */
export interface QueuedEvent {
  readonly t: number
  readonly priority: number
  readonly seq: number
  readonly type: string
}

/** A binary heap in an array; `nextSeq` numbers the events of the whole world. Plain data. */
export interface EventQueue<E extends QueuedEvent = QueuedEvent> {
  heap: E[]
  nextSeq: number
}

/** An event as it is handed to `schedule`, which gives it its sequence number. */
export type Unscheduled<E extends QueuedEvent> = E extends QueuedEvent ? Omit<E, 'seq'> : never

export function createQueue<E extends QueuedEvent>(): EventQueue<E> {
  return { heap: [], nextSeq: 0 }
}

/** A queue with the same events; the events themselves are never changed and are shared. */
export function cloneQueue<E extends QueuedEvent>(queue: EventQueue<E>): EventQueue<E> {
  return { heap: queue.heap.slice(), nextSeq: queue.nextSeq }
}

export function schedule<E extends QueuedEvent>(queue: EventQueue<E>, event: Unscheduled<E>): void {
  const { heap } = queue
  const added = { ...event, seq: queue.nextSeq++ } as unknown as E
  let index = heap.length
  heap.push(added)
  while (index > 0) {
    const parent = (index - 1) >> 1
    if (!isBefore(added, heap[parent]!)) break
    heap[index] = heap[parent]!
    index = parent
  }
  heap[index] = added
}

/** The next event, left in the queue; undefined when the queue is empty. */
export function peek<E extends QueuedEvent>(queue: EventQueue<E>): E | undefined {
  return queue.heap[0]
}

/** Takes the next event out; undefined when the queue is empty. */
export function pop<E extends QueuedEvent>(queue: EventQueue<E>): E | undefined {
  const { heap } = queue
  const first = heap[0]
  const last = heap.pop()
  if (first === undefined || last === undefined || heap.length === 0) return first
  let index = 0
  for (;;) {
    let child = 2 * index + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
    if (!isBefore(heap[child]!, last)) break
    heap[index] = heap[child]!
    index = child
  }
  heap[index] = last
  return first
}

function isBefore(a: QueuedEvent, b: QueuedEvent): boolean {
  if (a.t !== b.t) return a.t < b.t
  if (a.priority !== b.priority) return a.priority < b.priority
  return a.seq < b.seq
}
