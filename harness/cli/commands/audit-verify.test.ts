import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { auditCheckpoint, auditLine, createAudit } from '../../../remediator/audit/audit-log.ts'
import { append, createTrialLog, eventLine, framesOf, readEvents } from '../../model/trial-log.ts'
import { carmine } from '../fixtures/carmine.ts'

const folder = mkdtempSync(join(tmpdir(), 'carmine-audit-'))
afterAll(() => rmSync(folder, { recursive: true }))

const about = { trial: 't/1', incident: 't/1/i1', level: 'L4', policyDigest: 'd' } as const
const state = createAudit()
const lines = [
  auditLine(state, { ...about, tMs: 0, kind: 'incident', outcome: 'opened' }),
  auditLine(state, { ...about, tMs: 1, kind: 'page', effectId: 'e1' }),
  auditLine(state, { ...about, tMs: 2, kind: 'abort', effectId: 'e2' }),
]

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const verify = (path: string, ...more: string[]) => carmine('audit', 'verify', path, ...more)

function trialLog(audit: readonly string[]) {
  const log = createTrialLog()
  const started = { scenario: 's', variant: 'faulty', policy: 'p', level: 'L4', seed: 1, backend: 'sim', horizonMs: 9 }
  append(log, 0, 'trial.started', started)
  for (const line of audit) append(log, 1, 'audit.recorded', { line })
  return framesOf(log)
}

test('an unchanged log is ok, and its last hash is told', async () => {
  const path = file('whole.jsonl', `${lines.join('\n')}\n`)
  const { exitCode, stdout, stderr } = await verify(path)
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(stdout).toBe(`ok ${path}: 3 records, last hash ${state.lastHash}\n`)
})

test('all problems are told, each at its line of the file', async () => {
  const path = file('bad.jsonl', `\n${lines[0]}\n${lines[2]}\nno JSON\n`)
  const { exitCode, stdout, stderr } = await verify(path)
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
  expect(stderr.trimEnd().split('\n')).toEqual([
    `${path}:3:1: error: gap: seq 1 is missing`,
    `${path}:4:1: error: not a record of an audit log: no JSON`,
  ])
})

test.each(['ndjson', 'frames'])("a trial's log is taken as %s", async kind => {
  const written = (audit: readonly string[]) => {
    const frames = trialLog(audit)
    return kind === 'frames' ? frames : [...readEvents(frames)].map(eventLine).join('')
  }
  expect(await verify(file(`trial.${kind}`, written(lines)))).toMatchObject({ exitCode: 0 })
  const { exitCode, stderr } = await verify(file(`cut.${kind}`, written([lines[0]!, lines[2]!])))
  expect(exitCode).toBe(1)
  expect(stderr).toContain(`cut.${kind}:3:1: error: gap`)
})

test('a checkpoint tells a log that has lost its end', async () => {
  const checkpoint = file('checkpoint.json', JSON.stringify(auditCheckpoint(state)))
  const cut = file('cut.jsonl', lines.slice(0, 2).join('\n'))
  expect(await verify(cut)).toMatchObject({ exitCode: 0 })
  const { exitCode, stderr } = await verify(cut, '--checkpoint', checkpoint)
  expect(exitCode).toBe(1)
  expect(stderr).toContain('truncated')
})

test.each([
  ['that is not there', () => verify(join(folder, 'nowhere'))],
  ['that is something else', () => verify(file('other.txt', 'hello\nworld\n'))],
  ['that is empty', () => verify(file('empty.jsonl', ''))],
  [
    'whose checkpoint is none',
    () => verify(file('ok.jsonl', lines.join('\n')), '--checkpoint', file('c.json', '{"size": 3}')),
  ],
])('a file %s is refused with 78', async (_, run) => {
  expect(await run()).toMatchObject({ exitCode: 78, stdout: '' })
})
