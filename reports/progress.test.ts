import { expect, test } from 'vitest'
import { wantsColor } from './color.ts'
import { startProgress } from './progress.ts'

function start(isTerminal: boolean, total = 100) {
  const clock = { ms: 5_000 }
  const written: string[] = []
  const progress = startProgress({
    write: text => written.push(text),
    nowMs: () => clock.ms,
    isTerminal,
    total,
    unit: 'trials',
  })
  return { clock, written, progress }
}

test('a log gets whole lines: the beginning, a heartbeat, the end', () => {
  const { clock, written, progress } = start(false)
  for (let second = 1; second <= 60; second++) {
    clock.ms += 1000
    progress.advance(1)
  }
  progress.finish()
  expect(written).toEqual([
    '0 of 100 trials, 0s\n',
    '30 of 100 trials, 30s, about 1m10s left\n',
    '60 of 100 trials, 1m, about 40s left\n',
    '60 of 100 trials, 1m, about 40s left\n',
  ])
})

test('the heart beats where nothing advances', () => {
  const { clock, written, progress } = start(false)
  clock.ms += 29_999
  progress.tick()
  expect(written).toHaveLength(1)
  clock.ms += 1
  progress.tick()
  expect(written).toEqual(['0 of 100 trials, 0s\n', '0 of 100 trials, 30s\n'])
})

test('a terminal is drawn over at most ten times a second, and left on a fresh line', () => {
  const { clock, written, progress } = start(true)
  for (let step = 0; step < 100; step++) {
    clock.ms += 10
    progress.advance(1)
  }
  progress.finish()
  expect(written).toHaveLength(1 + 10 + 2)
  expect(written.slice(0, -1).every(text => text.startsWith('\r\u{1b}[K['))).toBe(true)
  expect(written.at(-2)).toContain(`[${'#'.repeat(30)}] 100 of 100 trials, 1s`)
  expect(written.at(-1)).toBe('\n')
})

test('a line that stays does not mix with the bar', () => {
  const { written, progress } = start(true)
  progress.say('cluster is up')
  expect(written[1]).toBe('\r\u{1b}[Kcluster is up\n')
  expect(written[2]?.startsWith('\r\u{1b}[K[')).toBe(true)
})

test('a run of nothing is done at once', () => {
  const { written, progress } = start(true, 0)
  progress.finish()
  expect(written.at(-2)).toContain(`[${'#'.repeat(30)}] 0 of 0 trials`)
})

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ TERM: 'dumb' }, true, false],
])('with %j and terminal %s, colour is %s', (env, isTerminal, expected) => {
  expect(wantsColor(env, isTerminal)).toBe(expected)
})
