import { expect, test } from 'vitest'
import { harmless } from '../../../harness/model/behaviour.ts'
import { encodeRelease } from '../../../harness/model/release.ts'
import { readConfiguration } from './configuration.ts'

const release = encodeRelease({ ...harmless, errorRatio: 0.2 }, 'release')
const setting = encodeRelease({ ...harmless, latencyFactor: 3 }, 'setting')

test.each([
  ['nothing', {}, {}],
  ['a release', { RELEASE: release }, { errorRatio: 0.2 }],
  ['a setting', { CALL_TIMEOUT: setting }, { latencyFactor: 3 }],
  ['both', { RELEASE: release, CALL_TIMEOUT: setting }, { errorRatio: 0.2, latencyFactor: 3 }],
  [
    'a harmless release and a setting',
    { RELEASE: encodeRelease(harmless, 'x'), CALL_TIMEOUT: setting },
    { latencyFactor: 3 },
  ],
])('a version does what its variables say: %s', (_, env, deviations) => {
  expect(readConfiguration(env).behaviour).toEqual({ ...harmless, ...deviations })
})

test.each(['RELEASE', 'CALL_TIMEOUT'])('%s that says nothing is refused', variable => {
  expect(() => readConfiguration({ [variable]: '2s' })).toThrow('not a release configuration')
})
