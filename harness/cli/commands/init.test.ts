import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { carmine } from '../fixtures/carmine.ts'
import { shippedFolder } from '../load/documents.ts'

// The first command line of a process loads what all of them take.
vi.setConfig({ testTimeout: 30_000 })

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carmine-init-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const kinds = ['policy', 'scenario', 'suite'] as const

test.each(kinds)('init %s writes a file that is valid and has the name of its file', async kind => {
  const file = join(folder, 'deep/My_First one.yaml')
  expect(await carmine('init', kind, file)).toMatchObject({ exitCode: 0, stdout: `${file}\n` })
  expect(await carmine('validate', file)).toMatchObject({ exitCode: 0 })
  expect(parse(readFileSync(file, 'utf8')).metadata.name).toBe('my-first-one')
})

test.each(kinds)('an editor finds the schema of a new %s from the folder that the file is in', async kind => {
  const file = join(folder, 'deep', `${kind}.yaml`)
  mkdirSync(dirname(file))
  await carmine('init', kind, file)
  const named = /^# yaml-language-server: \$schema=(\S+)$/m.exec(readFileSync(file, 'utf8'))?.[1]
  expect(join(dirname(file), named!)).toBe(join(shippedFolder, 'schema', `${kind}.json`))
})

test('a file that is there is left as it is', async () => {
  const file = join(folder, 'mine.yaml')
  await carmine('init', 'policy', file)
  const before = readFileSync(file)
  expect(await carmine('init', 'suite', file)).toMatchObject({
    exitCode: 64,
    stderr: `carmine: ${file}: is there already; name another file\n`,
  })
  expect(readFileSync(file)).toEqual(before)
})

test('a kind that cannot be begun is told with the nearest', async () => {
  expect(await carmine('init', 'scenarios')).toMatchObject({ exitCode: 64 })
})
