/**
 * The level at which to decide at one of the planned looks, so that stopping at the first decision errs with at most
 * `alpha` in all. Each look spends the share of `alpha` that its new trials are of all: the spending function
 * alpha·t of Kim and DeMets (1987; Lan and DeMets 1983), added up by Bonferroni's inequality instead of a joint
 * distribution, so it holds for any statistic, also exact and discrete ones. With doubling looks the last decides at
 * half of `alpha`, the one before at a quarter.
 * @param looks trials in hand at each planned look, ascending; fixed before the first
 * @param look index into `looks`
 */
export function spentLevel(alpha: number, looks: readonly number[], look: number): number {
  const isAscending = looks.every((trials, i) => trials > (looks[i - 1] ?? 0))
  if (!isAscending || !(look in looks)) throw new RangeError(`no look ${look} of looks at ${looks.join(', ')} trials`)
  return (alpha * (looks[look]! - (looks[look - 1] ?? 0))) / looks.at(-1)!
}
