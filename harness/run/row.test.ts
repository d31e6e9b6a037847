import { expect, test } from 'vitest'
import { rowOf, scenarioOf, settingOf } from './fixtures/trials.ts'
import { startRun } from './open-loop.ts'
import { cloneRun, nextStepMs, stepRun } from './row.ts'

test('an engine that asks to be woken several times is woken each time, also on a copy', () => {
  const run = startRun(settingOf(scenarioOf('error-ratio'), { variant: 'twin' }), rowOf('careful'), false)
  run.engineWakesMs.push(10_001, 20_001, 30_001)
  const copy = cloneRun(run)
  for (const one of [run, copy]) {
    const steps: number[] = []
    while (nextStepMs(one) <= 31_000) {
      const before = one.engine!.steps
      const atMs = nextStepMs(one)
      stepRun(one)
      if (atMs % 5000 === 1 && one.engine!.steps === before + 1) steps.push(atMs)
    }
    expect(steps).toEqual([10_001, 20_001, 30_001])
    expect(one.engine!.seen.nowMs).toBeGreaterThanOrEqual(30_001)
  }
})
