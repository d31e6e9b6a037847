import { mkdtemp, rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ownProcess, type ProcessOwner } from '../process-owner.ts'

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
