/**
 * Why a look makes its trial invalid; undefined where it came before the next one was due. A server that is away costs looks: answers that
 * come this late come from a machine that cannot carry its trials. What is seen in the look plays no part.
 * @param atMs trial time of its answer
 */
export function lateLook(dueMs: number, atMs: number, intervalMs: number): string | undefined {
  const lateMs = atMs - dueMs
  if (lateMs <= intervalMs) return undefined
  const lateS = (lateMs / 1000).toFixed(1)
  return `the look at ${dueMs / 1000} s came ${lateS} s late: this machine carries fewer trials at once`
}
