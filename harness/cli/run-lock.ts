import { existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { InvalidInput } from '../model/problem.ts'
import { runFiles } from './run-folder.ts'

/** The process that writes into a run's folder. */
interface Owner {
  readonly pid: number
  readonly host: string
  /** When it began, in ticks since the machine's start, where the system tells it: another process may have the pid by now. */
  readonly began: string | null
}

/**
 * Makes this process the only one that writes into a folder. A lock whose owner has died is taken over.
 * @returns what lets go of it.
 * @throws InvalidInput where another process holds it, or one on another machine may.
 */
export function lockFolder(folder: string): () => void {
  const lock = join(folder, runFiles.lock)
  const own: Owner = { pid: process.pid, host: hostname(), began: beganAt(process.pid) }
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

function removeStale(lock: string, folder: string, own: Owner): void {
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
function ownerOf(lock: string): Owner | undefined {
  let text: string
  try {
    text = readFileSync(lock, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    return JSON.parse(text) as Owner
  } catch {
    return { pid: 0, host: hostname(), began: null }
  }
}

function isAlive({ pid, began }: Owner): boolean {
  if (pid === 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const now = beganAt(pid)
  return now === null || began === null || now === began
}

/** Field 22 of /proc/PID/stat (proc_pid_stat(5)); null where there is none, and `dead` for a process that nobody has collected yet. */
function beganAt(pid: number): string | null {
  const stat = `/proc/${pid}/stat`
  if (!existsSync(stat)) return null
  const fields = readFileSync(stat, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return fields[0] === 'Z' ? 'dead' : (fields[19] ?? null)
}

function inUse(folder: string, message: string): InvalidInput {
  return new InvalidInput([{ file: folder, line: 1, column: 1, message, severity: 'error' }])
}
