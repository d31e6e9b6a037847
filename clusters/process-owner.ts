import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'

/** A process that something belongs to, told apart from every other one, also after its end. */
export interface ProcessOwner {
  readonly pid: number
  readonly host: string
  /** When it began, in ticks since the machine's start, where the system tells it: another process may have the pid by now. */
  readonly began: string | null
}

export function ownProcess(): ProcessOwner {
  return processOf(process.pid)
}

/** A process of this machine. */
export function processOf(pid: number): ProcessOwner {
  return { pid, host: hostname(), began: beganAt(pid) }
}

/** Whether an owner on this machine still runs; one without a pid is nobody. */
export function isAlive({ pid, began }: ProcessOwner): boolean {
  if (pid === 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const now = beganAt(pid)
  return now === null || began === null || now === began
}

/** Whether an owner may be at work: one on another machine, of which nothing is known here, is taken to be. */
export function mayBeAtWork(owner: ProcessOwner): boolean {
  return owner.host !== hostname() || isAlive(owner)
}

/** Whether it is this very process that still runs on this machine: false where the system does not tell. */
export function isSurelyAlive(owner: ProcessOwner): boolean {
  return owner.host === hostname() && owner.began !== null && isAlive(owner)
}

/** As it stands on a label or in an annotation; undefined for what is none. */
export function parseOwner(text: string | undefined): ProcessOwner | undefined {
  try {
    const { pid, host, began } = JSON.parse(text ?? '') as ProcessOwner
    return typeof pid === 'number' && typeof host === 'string' ? { pid, host, began } : undefined
  } catch {
    return undefined
  }
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
