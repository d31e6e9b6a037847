import { expect, test } from 'vitest'
import { parseLoadResult } from './load.ts'

const summary = '{"sent":12000,"failed":31,"dropped":2}'

test.each([0, 99])('exit code %i with a summary is a result', exitCode => {
  expect(
    parseLoadResult(
      exitCode,
      `time="…" level=error msg="thresholds on metrics 'http_req_failed' have been crossed"\n${summary}\n`,
    ),
  ).toEqual({
    exitCode,
    sent: 12_000,
    failed: 31,
    dropped: 2,
  })
})

test.each([
  ['a script error', 107, 'level=error msg="ReferenceError"'],
  ['an interrupt with a summary', 105, summary],
  ['no summary', 0, ''],
])('%s is a failure', (_, exitCode, log) => {
  expect(() => parseLoadResult(exitCode, log)).toThrow(`k6 failed with exit code ${exitCode}`)
})
