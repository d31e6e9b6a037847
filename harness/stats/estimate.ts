/**
 * A figure with its two-sided confidence interval; a member is null where it is not defined or the data do not bound
 * it.
 */
export interface Estimate {
  value: number | null
  low: number | null
  high: number | null
}
