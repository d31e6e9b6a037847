import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createCluster } from './cluster.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kind-test-'))
  for (const folder of ['bin', 'tmp']) mkdirSync(join(root, folder))
  vi.stubEnv('PATH', `${root}/bin:${process.env['PATH']}`)
  vi.stubEnv('TMPDIR', `${root}/tmp`)
})

afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(root, { recursive: true })
})

/** A kind whose creation never ends, and whose node appears only after the first deletion. */
function putKind() {
  const lines = [
    '#!/bin/sh',
    `cd ${root}`,
    'case "$1" in',
    '  create) exec sleep 60 ;;',
    '  delete) echo x >> deleted ;;',
    '  get) [ "$(wc -l < deleted)" -ge 2 ] || echo carmine-1 ;;',
    'esac',
  ]
  writeFileSync(join(root, 'bin/kind'), `${lines.join('\n')}\n`)
  chmodSync(join(root, 'bin/kind'), 0o755)
}

test('an interrupted creation is taken back until nothing of it is there', async () => {
  putKind()
  const reason = new Error('interrupted')
  const created = createCluster('carmine-1', { nodeImage: undefined }, abortedSoon(reason), () => undefined)
  await expect(created).rejects.toBe(reason)
  expect(readFileSync(join(root, 'deleted'), 'utf8')).toBe('x\nx\n')
  expect(readdirSync(join(root, 'tmp'))).toEqual([])
})

function abortedSoon(reason: Error): AbortSignal {
  const interrupted = new AbortController()
  const timer = setInterval(() => {
    if (!existsSync(join(root, 'tmp')) || readdirSync(join(root, 'tmp')).length === 0) return
    clearInterval(timer)
    interrupted.abort(reason)
  }, 20)
  return interrupted.signal
}
