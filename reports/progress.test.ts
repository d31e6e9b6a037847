import { expect, test } from 'vitest'
import { startProgress } from './progress.ts'

function start(isTerminal: boolean, total = 100, before = 0) {
  const clock = { ms: 5_000 }
  const written: string[] = []
  const drawn: (readonly string[])[] = []
  const estimates = ['careful L0: recall 0%', 'careful L1–L4: recall 98% 92–99', 'fast L1: recall 90%'] as const
  const progress = startProgress({
    write: text => written.push(text),
    draw: isTerminal ? lines => drawn.push(lines) : undefined,
    nowMs: () => clock.ms,
    total,
    before,
    unit: 'trials',
    estimates: () => (clock.ms < 20_000 ? [] : estimates),
  })
  return { clock, written, drawn, progress, estimates }
}

test('a log gets whole lines: the beginning, a heartbeat with estimates, the end', () => {
  const { clock, written, progress } = start(false)
  for (let second = 1; second <= 60; second++) {
    clock.ms += 1000
    progress.advance(1)
  }
  progress.finish()
  const estimates = '; careful L0: recall 0%; careful L1–L4: recall 98% 92–99'
  expect(written).toEqual([
    '0 of 100 trials, 0s\n',
    `30 of 100 trials, 1/s, 30s, about 1m10s left${estimates}\n`,
    `60 of 100 trials, 1/s, 1m, about 40s left${estimates}\n`,
    '60 of 100 trials, 1/s, 1m, about 40s left\n',
  ])
})

test('the heart beats where nothing advances', () => {
  const { clock, written, progress } = start(false)
  clock.ms += 14_999
  progress.tick()
  clock.ms += 15_000
  progress.tick()
  expect(written).toHaveLength(1)
  clock.ms += 1
  progress.tick()
  expect(written[1]).toMatch(/^0 of 100 trials, 30s; /)
})

test('a terminal is drawn over at most ten times a second, and keeps one line', () => {
  const { clock, written, drawn, progress } = start(true)
  for (let step = 0; step < 100; step++) {
    clock.ms += 10
    progress.advance(1)
  }
  progress.finish()
  expect(drawn).toHaveLength(1 + 10 + 1)
  expect(drawn.at(-2)).toEqual([`[${'#'.repeat(24)}] 100 of 100 trials, 100/s, 1s`])
  expect(drawn.at(-1)).toEqual([])
  expect(written).toEqual(['100 of 100 trials, 100/s, 1s\n'])
})

test('estimates stand below the bar', () => {
  const { clock, drawn, progress, estimates } = start(true)
  clock.ms += 60_000
  progress.advance(50)
  expect(drawn.at(-1)).toEqual([
    `[${'#'.repeat(12)}${'.'.repeat(12)}] 50 of 100 trials, 50.0/min, 1m, about 1m left`,
    ...estimates,
  ])
})

test('what was done before says nothing of how fast it goes', () => {
  const { clock, written, progress } = start(false, 100, 80)
  clock.ms += 10_000
  progress.advance(10)
  progress.finish()
  expect(written).toEqual(['80 of 100 trials, 0s\n', '90 of 100 trials, 1/s, 10s, about 10s left\n'])
})

test('a run of nothing is done at once', () => {
  const { written, progress } = start(true, 0)
  progress.finish()
  expect(written).toEqual(['0 of 0 trials, 0s\n'])
})
