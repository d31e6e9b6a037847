import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { isAlive, ownProcess, type ProcessOwner } from '../../clusters/process-owner.ts'
import { InvalidInput } from '../model/problem.ts'
import { runFiles } from './run-folder.ts'

/**
 * Makes this process the only one that writes into a folder. A lock whose owner has died is taken over.
 * @returns what lets go of it.
 * @throws InvalidInput where another process holds it, or one on another machine may.
 */
export function lockFolder(folder: string): () => void {
  const lock = join(folder, runFiles.lock)
  const own = ownProcess()
  // By a link the lock comes with its owner in it, and fails where one is there.
  const named = `${lock}.${own.pid}`
  writeFileSync(named, `${JSON.stringify(own)}\n`)
  try {
    for (;;) {
      try {
        makeLock(named, lock)
        return () => rmSync(lock, { force: true })
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
      removeStale(lock, folder, own)
    }
  } finally {
    rmSync(named, { force: true })
  }
}

function makeLock(named: string, lock: string): void {
  try {
    linkSync(named, lock)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error
    // Some file systems have no links.
    writeFileSync(lock, readFileSync(named), { flag: 'wx' })
  }
}

function removeStale(lock: string, folder: string, own: ProcessOwner): void {
  const owner = ownerOf(lock)
  if (owner === undefined) return
  const { pid, host } = owner
  if (host !== own.host) {
    throw inUse(folder, `process ${pid} on ${host} writes here; if it is dead, delete ${lock}`)
  }
  if (isAlive(owner)) throw inUse(folder, `process ${pid} writes here; wait for it, or choose another folder`)
  const dead = `${lock}.dead-${own.pid}`
  try {
    renameSync(lock, dead)
  } catch (error) {
    // Another start was quicker.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return
  }
  const taken = ownerOf(dead)
  // Between the look and the move another start may have taken the lock over: it gets it back.
  if (taken !== undefined && isAlive(taken)) {
    renameSync(dead, lock)
    throw inUse(folder, `process ${taken.pid} writes here; wait for it, or choose another folder`)
  }
  rmSync(dead, { force: true })
}

/** undefined: it has just gone. What cannot be read, as after a crash of the machine, is of nobody. */
function ownerOf(lock: string): ProcessOwner | undefined {
  let text: string
  try {
    text = readFileSync(lock, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    return JSON.parse(text) as ProcessOwner
  } catch {
    return { pid: 0, host: hostname(), began: null }
  }
}

function inUse(folder: string, message: string): InvalidInput {
  return new InvalidInput([{ file: folder, line: 1, column: 1, message, severity: 'error' }])
}
