import { closeSync, constants, openSync, readSync, statSync } from 'node:fs'
import { relative } from 'node:path'
import type { Problem } from '../../model/problem.ts'

/** Far more than a log of a day; a device such as /dev/zero has no end. */
const maxBytes = 1 << 28

/** A pipe that nobody opens, or that somebody opens and leaves, would be waited for without an end, deaf to Ctrl-C. */
const writerPatienceMs = 2000
const textPatienceMs = 60_000
const pipePauseMs = 20

/** One for all files: many are read before a run, and what each took would stay with the process. */
const chunk = new Uint8Array(1 << 16)

/** The bytes of a file that a user named; where it cannot be read, undefined and a problem more. */
export function readInput(path: string, problems: Problem[]): Uint8Array | undefined {
  try {
    if (statSync(path).isDirectory()) {
      problems.push(wholeFileProblem(path, 'is a folder, and a file is expected'))
      return undefined
    }
    const bytes = readBounded(path)
    if (typeof bytes !== 'string') return bytes
    problems.push(wholeFileProblem(path, bytes))
  } catch (error) {
    problems.push(wholeFileProblem(path, `cannot be read: ${reasonOf(error as NodeJS.ErrnoException)}`))
  }
  return undefined
}

/** A file, pipe or device to its end; why not, where that is too far or too long to wait for. */
function readBounded(path: string): Uint8Array | string {
  const parts: Uint8Array[] = []
  const isPipe = statSync(path).isFIFO()
  const file = openSync(path, isPipe ? constants.O_RDONLY | constants.O_NONBLOCK : constants.O_RDONLY)
  let waitedMs = 0
  try {
    for (let total = 0; total <= maxBytes; ) {
      const length = isPipe ? readPipe(file, chunk) : readSync(file, chunk)
      // A pipe is empty as well before its writer comes.
      if (length === undefined || (length === 0 && isPipe && total === 0)) {
        if (waitedMs >= (length === 0 ? writerPatienceMs : textPatienceMs)) return 'is a pipe that nobody writes to'
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pipePauseMs)
        waitedMs += pipePauseMs
        continue
      }
      if (length === 0) return Buffer.concat(parts)
      waitedMs = 0
      parts.push(chunk.slice(0, length))
      total += length
    }
    return `is larger than ${maxBytes >> 20} MiB`
  } finally {
    closeSync(file)
  }
}

/** @returns undefined where the writer has not written yet. */
function readPipe(file: number, into: Uint8Array): number | undefined {
  try {
    return readSync(file, into)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined
    throw error
  }
}

/** A problem with a file as a whole. */
export function wholeFileProblem(path: string, message: string, hint?: string): Problem {
  const place = { file: displayName(path), line: 1, column: 1 }
  return { ...place, message, ...(hint === undefined ? {} : { hint }), severity: 'error' }
}

/** A file's path as it is shown: below the current folder where it is. */
export function displayName(file: string): string {
  const below = relative(process.cwd(), file)
  return below === '' || below.startsWith('..') ? file : below
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file'
  return code === 'EACCES' ? 'you have no right to read it' : message
}
