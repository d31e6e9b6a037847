import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ownProcess, type ProcessOwner } from '../process-owner.ts'

/** Their record is the k6 process that reads them, or null while none does. */
export const k6Folders = 'carmine-k6-'

const recordFile = 'carmine.json'

/** A temporary folder with a record of who made it and what for, by which `carmine clean` knows what a process that died has left. */
export interface OwnFolder<R = unknown> {
  readonly path: string
  readonly owner: ProcessOwner
  readonly record: R
}

/** The record goes last: what a process that is killed meanwhile has left is known by it. */
export async function removeOwnFolder(path: string): Promise<void> {
  const entries = await readdir(path).catch(() => [])
  for (const name of entries) {
    if (name !== recordFile) await rm(join(path, name), { recursive: true, force: true })
  }
  await rm(path, { recursive: true, force: true })
}

export type FoundFolder<R> = Pick<OwnFolder<R>, 'path'> & Partial<Pick<OwnFolder<R>, 'owner' | 'record'>>

/** @param prefix of its name, such as `carmine-kind-` */
export async function makeOwnFolder<R>(prefix: string, record: R): Promise<OwnFolder<R>> {
  const folder = { path: await mkdtemp(join(tmpdir(), prefix)), owner: ownProcess(), record }
  await writeRecord(folder)
  return folder
}

/** Writes a folder's record, whole or not at all. */
export async function writeRecord<R>({ path, owner, record }: OwnFolder<R>): Promise<void> {
  const whole = join(path, `${recordFile}.part`)
  await writeFile(whole, `${JSON.stringify({ owner, record })}\n`)
  await rename(whole, join(path, recordFile))
}

/** The folders of a prefix in the system's temporary folder. One without a record is of nobody that is known. */
export function findOwnFolders<R>(prefix: string): FoundFolder<R>[] {
  return readdirSync(tmpdir(), { withFileTypes: true })
    .filter(entry => entry.isDirectory() && entry.name.startsWith(prefix))
    .map(({ name }) => {
      const path = join(tmpdir(), name)
      const file = join(path, recordFile)
      if (!existsSync(file)) return { path }
      try {
        return { path, ...(JSON.parse(readFileSync(file, 'utf8')) as Pick<OwnFolder<R>, 'owner' | 'record'>) }
      } catch {
        return { path }
      }
    })
}
