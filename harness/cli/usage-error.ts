import { exitCodes } from './exit-codes.ts'

/** A command line that makes no sense, beyond what its options say by themselves. */
export class UsageError extends Error {
  readonly exitCode = exitCodes.usage
}
