import { describe, expect, test } from 'vitest'
import { stockArgoSubject } from '../../clusters/sim/fixtures/subject.ts'
import type { EventType } from '../model/event.ts'
import { errorsOf, eventsOf, rowOf, scenarioOf, type Trial, trialOf } from './fixtures/trials.ts'

const longOutage = scenarioOf('dependency-outage', {
  disturbances: [{ kind: 'dependency-outage', service: 'payments', at: '150s', for: '23h', errorRatio: 0.9 }],
})

/** What people do and are told, as words. */
function story({ events }: Trial): string[] {
  return events.flatMap(({ type, data }) => {
    if (type === 'operation.started') return [`${data.actor} ${data.operation}`]
    if (type === 'commit.pushed') return [`${type} by ${data.author}`]
    const told: readonly EventType[] = [
      'page.sent',
      'page.acknowledged',
      'person.looked',
      'person.decided',
      'cause.found',
      'pullRequest.opened',
      'pullRequest.merged',
    ]
    return told.includes(type) ? [type] : []
  })
}

/** From the first page on. */
const afterPage = (trial: Trial) => story(trial).slice(story(trial).indexOf('page.sent'))

describe('a repair', () => {
  const trial = trialOf(errorsOf(0.5), { row: rowOf('careful', 'L0'), seed: 1 })

  test('goes through review, main branch and pipeline before the cluster has it', () => {
    const ours = afterPage(trial).filter(word => !/commit\.pushed by (alex|chris|kim|robin|sam)/.test(word))
    expect(ours).toEqual([
      'page.sent',
      'page.acknowledged',
      'person.looked',
      'person.decided',
      'human undo',
      'cause.found',
      'pullRequest.opened',
      'pullRequest.merged',
      'commit.pushed by on-call',
      'human release',
    ])
    const [built] = eventsOf(trial, 'pipeline.finished').filter(({ data }) => data.number === 1 && data.ok)
    expect(eventsOf(trial, 'operation.started').at(-1)!.t).toBe(built!.t)
    expect(trial.result.facts.resolvedMs).toBeGreaterThan(built!.t)
  })

  test('changes what still stands on the main branch, which a rollback on the cluster does not touch', () => {
    const [deployed] = eventsOf(trial, 'release.updated')
    const commits = eventsOf(trial, 'commit.pushed').map(({ data }) => data)
    const own = commits.filter(({ author }) => author === 'on-call')
    const { toValue, file, key } = deployed!.data
    const [fix] = eventsOf(trial, 'release.updated').filter(({ data }) => data.release === 'fix')
    expect(own.map(({ changes }) => changes)).toEqual([[{ file, key, fromValue: toValue, toValue: fix!.data.toValue }]])
    const touching = commits.filter(({ changes }) => changes.some(change => change.file === file && change.key === key))
    expect(touching).toHaveLength(2)
  })

  test('of a release with another key keeps what that is for', () => {
    const two = trialOf(scenarioOf('wrong-image'), { row: rowOf('careful'), seed: 1 })
    const [deployed, fixed] = eventsOf(two, 'release.updated').map(({ data }) => data)
    expect(deployed!.alsoChanged).toHaveLength(1)
    expect(fixed).toMatchObject({ release: 'fix', key: deployed!.key, fromValue: deployed!.toValue, alsoChanged: [] })
    const [proposed] = eventsOf(two, 'pullRequest.opened')
    expect(proposed!.data.changes.map(({ key }) => key)).toEqual([deployed!.key])
  })
})

test("a deploy's commit is known at the trial's start, says nothing of what it does, and its pipeline ends with the deploy", () => {
  for (const seed of [1, 2, 3]) {
    const [faulty, twin] = (['faulty', 'twin'] as const).map(variant => {
      const trial = trialOf(scenarioOf('error-ratio'), { variant, seed, row: rowOf('null') })
      const [commit] = eventsOf(trial, 'commit.pushed')
      const [built] = eventsOf(trial, 'pipeline.finished')
      const [deployed] = eventsOf(trial, 'release.updated')
      const { fromValue, toValue, file, key } = deployed!.data
      expect(commit!.data.changes).toEqual([{ file, key, fromValue, toValue }, ...deployed!.data.alsoChanged])
      expect(built).toMatchObject({
        t: 120_000,
        data: { sha: commit!.data.sha, ok: true, startedMs: commit!.data.atMs },
      })
      expect(commit!.t).toBe(Math.max(0, commit!.data.atMs))
      const { changes: _, ...words } = commit!.data
      return words
    })
    expect(faulty).toEqual(twin)
  }
})

test('whenever a good release is taken back people are told, and release it again', () => {
  const stock = { row: rowOf('stock-argo'), subject: stockArgoSubject(), variant: 'scare' as const }
  const trial = trialOf(longOutage, { ...stock, seed: 2 })
  const aborts = eventsOf(trial, 'rollout.aborted').map(({ t }) => t)
  expect(aborts.length).toBeGreaterThan(2)
  expect(eventsOf(trial, 'page.sent').map(({ t }) => t)).toEqual(aborts)
  expect(eventsOf(trial, 'page.acknowledged')).toHaveLength(aborts.length)
  const retries = eventsOf(trial, 'operation.started').filter(({ data }) => data.operation === 'retry')
  // The last one comes when payments is up again.
  expect(retries).toHaveLength(aborts.length)
  // Between two aborts somebody looked, found nothing, and told the rollout to try again.
  retries.forEach(({ t }, i) => {
    expect(t).toBeGreaterThan(aborts[i]!)
    expect(t).toBeLessThan(aborts[i + 1] ?? Infinity)
  })
  expect(eventsOf(trial, 'pullRequest.opened')).toEqual([])
})

test('a good release that was undone is released again by the pipeline, from the commit that it came with', () => {
  const released = [1, 2, 3, 4, 5, 6, 7, 8].flatMap(seed => {
    const row = rowOf('always-roll-back', 'L0')
    const trial = trialOf(scenarioOf('error-ratio'), { row, seed, variant: 'twin' })
    const undone = eventsOf(trial, 'operation.started').some(({ data }) => data.operation === 'undo')
    if (!undone) return []
    const [deploy] = eventsOf(trial, 'commit.pushed').filter(({ data }) => data.changes[0]!.file === 'rollout.yaml')
    const built = eventsOf(trial, 'pipeline.finished').filter(({ data }) => data.sha === deploy!.data.sha)
    const [again] = eventsOf(trial, 'release.updated').filter(({ data }) => data.release === 'retry')
    expect(built).toHaveLength(2)
    expect(again!.t - built[1]!.t).toBeLessThan(60_000)
    expect(eventsOf(trial, 'pullRequest.opened')).toEqual([])
    return [again]
  })
  expect(released).not.toEqual([])
})

test('a rollback by a coin tells nobody', () => {
  const trial = trialOf(scenarioOf('error-ratio'), { variant: 'twin', row: rowOf('random'), seed: 3 })
  expect(story(trial).filter(word => word === 'page.sent' || word.startsWith('human'))).toEqual([])
})

test('a person who is called to a flag finds it as the cause and switches it off, whatever they thought of the release', () => {
  const switched = [1, 2, 3, 4, 5, 6].map(seed => {
    // The policy pages at once about every release, here one that is good; the flag is on by the time that somebody looks.
    const trial = trialOf(scenarioOf('feature-flag'), { row: rowOf('always-roll-back', 'L0'), seed })
    const words = afterPage(trial)
    const [off] = eventsOf(trial, 'operation.started').filter(({ data }) => data.operation === 'flagOff')
    if (off === undefined) return false
    expect(words.indexOf('cause.found')).toBeGreaterThan(words.indexOf('person.looked'))
    expect(words.indexOf('human flagOff')).toBeGreaterThan(words.indexOf('cause.found'))
    expect(words.filter(word => word === 'human flagOff')).toHaveLength(1)
    expect(trial.result.facts.recoveredMs).toBeGreaterThan(off.t)
    return true
  })
  expect(switched.filter(Boolean).length).toBeGreaterThan(3)
})
