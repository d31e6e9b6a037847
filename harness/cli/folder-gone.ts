import { exitCodes } from './exit-codes.ts'

/** Somebody deleted what a run writes to. */
export class FolderGone extends Error {
  readonly exitCode = exitCodes.unavailable
  /** @param path a folder, or a file in it */
  constructor(path: string) {
    super(`${path} is gone: somebody deleted or emptied it while the run wrote to it`)
    this.name = 'FolderGone'
  }
}
