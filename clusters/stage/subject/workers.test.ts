import { expect, test } from 'vitest'
import { Workers } from './workers.ts'

const never = new AbortController().signal

/** How many of these have been admitted. */
async function admitted(takes: readonly Promise<boolean>[]): Promise<number> {
  await new Promise(setImmediate)
  const waiting = Symbol('waiting')
  const states = await Promise.all(takes.map(take => Promise.race([take, Promise.resolve(waiting)])))
  return states.filter(state => state === true).length
}

const takeAll = (workers: Workers, count: number) => Array.from({ length: count }, () => workers.take(never))

test('as many requests are carried as there are workers, and the next in line follows', async () => {
  const workers = new Workers(2)
  const takes = takeAll(workers, 4)
  expect(await admitted(takes)).toBe(2)
  workers.giveBack(0)
  expect(await admitted(takes)).toBe(3)
})

test('who gives up leaves the line', async () => {
  const workers = new Workers(1)
  const client = new AbortController()
  await workers.take(never)
  const [gaveUp, next] = [workers.take(client.signal), workers.take(never)]
  client.abort()
  expect(await gaveUp).toBe(false)
  workers.giveBack(0)
  expect(await next).toBe(true)
})

test.each([
  ['lost workers carry nothing', 4, 1, 3, 1],
  ['all may be lost', 4, 1, 9, 0],
  ['a smaller capacity has fewer', 4, 0.5, 0, 2],
  ['a part of one counts as one that is slow', 4, 0.38, 0, 2],
])('%s', async (_, count, capacityFactor, lost, expected) => {
  const workers = new Workers(count)
  workers.setCapacity(capacityFactor)
  workers.lose(lost)
  expect(await admitted(takeAll(workers, 9))).toBe(expected)
})

test('where a part of a worker is missing those that are there need longer to be free', async () => {
  const workers = new Workers(1)
  workers.setCapacity(0.5)
  const [, second] = takeAll(workers, 2)
  const startMs = performance.now()
  workers.giveBack(40)
  await second
  expect(performance.now() - startMs).toBeGreaterThan(35)
})
