import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive, ownProcess, type ProcessOwner } from '../process-owner.ts'

const recordFile = 'carmine.json'

/** A temporary folder with a record of who made it and what for, by which `carmine clean` knows what a process that died has left. */
export interface OwnFolder<R = unknown> {
  readonly path: string
  readonly owner: ProcessOwner
  readonly record: R
}

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

/**
 * The folders of a prefix in the system's temporary folder. One whose record is not there has nobody: its owner died before it wrote
 * that, or the folder is older than records.
 */
export function findOwnFolders<R>(prefix: string): (Omit<OwnFolder<R>, 'record'> & { record: R | undefined })[] {
  return readdirSync(tmpdir(), { withFileTypes: true })
    .filter(entry => entry.isDirectory() && entry.name.startsWith(prefix))
    .map(({ name }) => {
      const path = join(tmpdir(), name)
      const nobody = { path, owner: { pid: 0, host: '', began: null }, record: undefined }
      const file = join(path, recordFile)
      if (!existsSync(file)) return nobody
      try {
        return { ...nobody, ...(JSON.parse(readFileSync(file, 'utf8')) as Omit<OwnFolder<R>, 'path'>) }
      } catch {
        return nobody
      }
    })
}

/** Whether its owner is at work: one on another machine, which shares the temporary folder, is taken to be. */
export function isInUse({ owner }: Pick<OwnFolder, 'owner'>): boolean {
  if (owner.host !== '' && owner.host !== ownProcess().host) return true
  return isAlive(owner)
}
