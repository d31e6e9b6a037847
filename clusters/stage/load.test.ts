import { expect, test } from 'vitest'
import { parseLoadResult } from './load.ts'

const summary = '{"sent":12000,"failed":31,"dropped":2,"missed":["http_req_failed: rate<0.01"]}'

test.each([0, 99, 103])('exit code %i with a summary is a result', exitCode => {
  expect(
    parseLoadResult(
      exitCode,
      `time="…" level=error msg="thresholds on metrics 'http_req_failed' have been crossed"\n${summary}\n`,
    ),
  ).toEqual({
    sent: 12_000,
    failed: 31,
    dropped: 2,
    missed: ['http_req_failed: rate<0.01'],
  })
})

test.each([
  ['a script error', 107, 'level=error msg="ReferenceError"'],
  ['an interrupt with a summary', 105, summary],
  ['no summary', 0, ''],
])('%s is a failure', (_, exitCode, log) => {
  expect(() => parseLoadResult(exitCode, log)).toThrow(`k6 failed with exit code ${exitCode}`)
})

test('what k6 said of its failure is told, without the rest of its log', () => {
  const log = 'time="…" level=warning msg="Request Failed"\ntime="…" level=error msg="TypeError: no such thing"\n'
  expect(() => parseLoadResult(107, log)).toThrow('k6 failed with exit code 107: TypeError: no such thing')
})

test('a script may print what it likes before the summary', () => {
  expect(parseLoadResult(0, `{"sent":1,"failed":0,"dropped":0}\nhello\n${summary}\n`).sent).toBe(12_000)
})
