import { InvalidInput } from '../model/problem.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'

/**
 * Says what went wrong, the only place that does, and chooses the exit code: an error may bring its own as `exitCode` (such as 69 from
 * a backend whose tools are missing); what nobody foresaw is a bug, told with its stack.
 */
export function reportError(error: unknown, write: (text: string) => void): ExitCode {
  if (error instanceof InvalidInput) {
    write(`${error.message}\n`)
    return exitCodes.invalid
  }
  if (error instanceof Error && error.name === 'AbortError') {
    write('carmine: interrupted\n')
    return exitCodes.interrupted
  }
  const ownCode = ownExitCode(error)
  if (ownCode !== undefined) {
    write(`carmine: ${(error as Error).message}\n`)
    return ownCode
  }
  if (isOfSystem(error)) {
    const { message, path } = error
    write(`carmine: ${path === undefined || message.includes(path) ? message : `${message} (${path})`}\n`)
    return exitCodes.unavailable
  }
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error)
  write(
    `carmine: this is a bug in carmine (exit code ${exitCodes.bug}), please report it with the command line:\n${told}\n`,
  )
  return exitCodes.bug
}

/** What the system says of a disk, a right or a limit. ENOENT alone may be our fault, unless a folder was to be made or is the current one. */
const systemCodes = new Set([
  'EACCES',
  'EDQUOT',
  'EEXIST',
  'EFBIG',
  'EIO',
  'EISDIR',
  'ELOOP',
  'EMFILE',
  'ENAMETOOLONG',
  'ENFILE',
  'ENOMEM',
  'ENOSPC',
  'ENOTDIR',
  'EPERM',
  'EROFS',
])

function isOfSystem(error: unknown): error is NodeJS.ErrnoException {
  if (!(error instanceof Error) || !('syscall' in error)) return false
  const { code = '', syscall = '' } = error as NodeJS.ErrnoException
  return systemCodes.has(code) || (code === 'ENOENT' && ['mkdir', 'uv_cwd'].includes(syscall))
}

function ownExitCode(error: unknown): ExitCode | undefined {
  if (!(error instanceof Error) || !('exitCode' in error)) return undefined
  return Object.values(exitCodes).find(code => code === error.exitCode)
}
