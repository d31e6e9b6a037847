/** A condition that cannot be compiled, or that failed while it ran; the message is what Argo would write into the measurement. */
export class ExpressionError extends Error {
  /** UTF-16 offset into the condition; undefined where only the run can tell. */
  readonly offset: number | undefined
  constructor(message: string, offset?: number) {
    super(message)
    this.name = 'ExpressionError'
    this.offset = offset
  }
}
