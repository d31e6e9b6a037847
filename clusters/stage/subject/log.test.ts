import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { logMessages } from '../../sim/logs.ts'
import { createLog } from './log.ts'

test('a message that is silenced while the process runs is no longer written, the others are', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'carmine-log-'))
  const quietFile = join(folder, 'quiet')
  try {
    const lines: string[] = []
    const log = createLog(quietFile, line => lines.push(line))
    log.write('warn', 'deprecated')
    expect(lines).toEqual([`{"level":"warn","message":"${logMessages.deprecated}"}\n`])
    await writeFile(quietFile, `another message\n${logMessages.deprecated}`)
    const isWritten = () => {
      const before = lines.length
      log.write('warn', 'deprecated')
      return lines.length > before
    }
    await expect.poll(isWritten, { timeout: 10_000, interval: 200 }).toBe(false)
    log.write('error', 'requestFailed')
    expect(lines.at(-1)).toBe(`{"level":"error","message":"${logMessages.requestFailed}"}\n`)
  } finally {
    await rm(folder, { recursive: true })
  }
})
