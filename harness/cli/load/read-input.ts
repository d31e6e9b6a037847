import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { relative } from 'node:path'
import type { Problem } from '../../model/problem.ts'

/** Far more than a log of a day; a device such as /dev/zero has no end. */
const maxBytes = 1 << 28

/** The bytes of a file that a user named; where it cannot be read, undefined and a problem more. */
export function readInput(path: string, problems: Problem[]): Uint8Array | undefined {
  try {
    if (statSync(path).isDirectory()) {
      problems.push(wholeFileProblem(path, 'is a folder, and a file is expected'))
      return undefined
    }
    const bytes = readBounded(path)
    if (bytes !== undefined) return bytes
    problems.push(wholeFileProblem(path, `is larger than ${maxBytes >> 20} MiB`))
  } catch (error) {
    problems.push(wholeFileProblem(path, `cannot be read: ${reasonOf(error as NodeJS.ErrnoException)}`))
  }
  return undefined
}

/** A file, pipe or device to its end; undefined where that is too far. */
function readBounded(path: string): Uint8Array | undefined {
  const parts: Uint8Array[] = []
  const file = openSync(path, 'r')
  try {
    for (let total = 0; total <= maxBytes; ) {
      const part = Buffer.allocUnsafe(1 << 20)
      const length = readSync(file, part)
      if (length === 0) return Buffer.concat(parts)
      parts.push(part.subarray(0, length))
      total += length
    }
    return undefined
  } finally {
    closeSync(file)
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
