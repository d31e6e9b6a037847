import { expect, it } from 'vitest'
import type { RootCause } from '../model/cause.ts'
import { leaveAlone } from '../model/ground-truth.ts'
import { change, commit, fold, foldAll, pullRequest, revert, twoKeys, type Written } from './fixtures/logs.ts'

const image: RootCause = { kind: 'missing image', entity: null, change: 'deploy' }
const wrong = change('image', 'good-image', 'bad-image')
const back = change('image', 'bad-image', 'good-image')
const purpose = change('env RELEASE', 'a', 'b')
const withoutPurpose = change('env RELEASE', 'b', 'a')
const deployed = [commit(60_000, 'c1', wrong, purpose), twoKeys()]

it.each<[string, Written[], object]>([
  ['takes back the wrong key alone', [pullRequest(200_000, 1, 'engine', back)], { correct: 1 }],
  ['takes back all of it', [pullRequest(200_000, 1, 'engine', back, withoutPurpose)], { reverted: 1 }],
  ['takes back only what the release is for', [pullRequest(200_000, 1, 'engine', withoutPurpose)], { wrong: 1 }],
  ['changes another key besides', [pullRequest(200_000, 1, 'engine', back, change('cpu', '1', '2'))], { wrong: 1 }],
  [
    'brings back what the release is for, where the files have followed a rollback',
    [commit(160_000, 'c2', back, withoutPurpose), pullRequest(200_000, 1, 'engine', purpose)],
    { correct: 1 },
  ],
  [
    'brings back all of it there',
    [commit(160_000, 'c2', back, withoutPurpose), pullRequest(200_000, 1, 'engine', wrong, purpose)],
    { wrong: 1 },
  ],
  [
    'comes after one that was merged',
    [
      pullRequest(200_000, 1, 'engine', back),
      [300_000, 'pullRequest.merged', { number: 1, sha: 'c3' }],
      pullRequest(400_000, 2, 'engine', withoutPurpose),
    ],
    { correct: 1, reverted: 1 },
  ],
  ['is a person’s', [pullRequest(200_000, 1, 'kim', back)], {}],
])('a proposal that %s', (_, written, expected) => {
  const { proposals } = foldAll([...deployed, ...written], revert, image)
  const counted = { correct: 0, reverted: 0, wrong: 0, ...expected }
  expect(proposals).toMatchObject({ fixableInOneFile: true, ...counted })
  expect(proposals.opened).toBe(counted.correct + counted.reverted + counted.wrong)
})

it('for a release of one key can only take it back', () => {
  const { proposals } = fold([pullRequest(200_000, 1, 'engine', withoutPurpose)], revert, { ...image, kind: 'errors' })
  expect(proposals).toEqual({ opened: 1, correct: 0, reverted: 1, wrong: 0, fixableInOneFile: false })
})

it('switches off the flag that is the cause, and no other', () => {
  const root: RootCause = { kind: 'flag', entity: 'new-prices', change: 'flag/new-prices' }
  const on: Written = [200_000, 'flag.changed', { actor: 'human', flag: 'new-prices', fromValue: 'off', toValue: 'on' }]
  const of = (key: string, toValue: string) =>
    foldAll([on, pullRequest(300_000, 1, 'engine', change(key, 'on', toValue, 'flags.yaml'))], leaveAlone, root)
      .proposals
  expect(of('new-prices', 'off')).toMatchObject({ correct: 1, fixableInOneFile: true })
  expect(of('new-prices', 'on')).toMatchObject({ wrong: 1 })
  expect(of('old-prices', 'off')).toMatchObject({ wrong: 1 })
})

it('is wrong where nothing is to blame', () => {
  expect(fold([pullRequest(200_000, 1, 'engine', withoutPurpose)], leaveAlone).proposals).toMatchObject({
    opened: 1,
    wrong: 1,
    fixableInOneFile: false,
  })
})
