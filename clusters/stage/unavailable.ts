/** What a run on a cluster needs and does not get; the message says what, and what to do. The command line's exit code is 69. */
export class Unavailable extends Error {
  readonly exitCode = 69
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'Unavailable'
  }
}
