import { expect, test } from 'vitest'
import { background, metric, play } from './play-story.ts'

const versions = Array.from({ length: 14 }, (_, index) => `v${index + 3}`)
const releases = versions.map((version, index) => ({
  at: 20 * (index + 1),
  do: 'update' as const,
  patch: { spec: { template: { metadata: { annotations: { version } } } } },
}))

test('ten old ReplicaSets without pods are kept beside the current one, or as many as the spec says', () => {
  const story = { steps: [], actions: releases, observe: 320 }
  expect(Object.keys(play(story).final.replicaSets)).toEqual(Array.from({ length: 11 }, (_, index) => `r${index + 6}`))
  expect(Object.keys(play({ ...story, spec: { revisionHistoryLimit: 1 } }).final.replicaSets)).toEqual(['r15', 'r16'])
})

test('five successful runs are kept beside the current one; the name of a forgotten one is free again', () => {
  const retries = Array.from({ length: 8 }, (_, index) => [
    { at: 12 * index + 6, do: 'abort' as const },
    { at: 12 * index + 12, do: 'retry' as const },
  ])
  const recording = play({ canary: background, metrics: [metric], actions: retries.flat(), observe: 110 })
  const numbers = recording.analysisRuns.map(run => run.name.replace('app-{r2}-2', ''))
  expect(numbers).toEqual(['', '.1', '.2', '.3', '.4', '.5', '.6', '', '.1'])
})
