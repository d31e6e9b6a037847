import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cloneQueue, createQueue, type EventQueue, pop, type QueuedEvent, schedule } from './queue.ts'

const events = fc.array(fc.record({ t: fc.nat(20), priority: fc.nat(3), type: fc.constant('x') }))

test('events come out by time, then priority, then the order of scheduling', () => {
  fc.assert(
    fc.property(events, rows => {
      const queue = createQueue()
      for (const row of rows) schedule(queue, row)
      const sorted = rows
        .map((row, seq) => ({ ...row, seq }))
        .sort((a, b) => a.t - b.t || a.priority - b.priority || a.seq - b.seq)
      expect(drain(queue)).toEqual(sorted)
    }),
  )
})

test('a clone goes its own way from the same point', () => {
  fc.assert(
    fc.property(events, fc.nat(10), (rows, popped) => {
      const queue = createQueue()
      for (const row of rows) schedule(queue, row)
      for (let i = 0; i < popped; i++) pop(queue)
      const clone = cloneQueue(queue)
      schedule(queue, { t: 5, priority: 0, type: 'only in the original' })
      const rest = drain(clone)
      expect(drain(queue).filter(event => event.type === 'x')).toEqual(rest)
    }),
  )
})

test('an empty queue gives undefined', () => {
  expect(pop(createQueue())).toBeUndefined()
})

function drain(queue: EventQueue): QueuedEvent[] {
  const out: QueuedEvent[] = []
  for (let event = pop(queue); event !== undefined; event = pop(queue)) out.push(event)
  return out
}
