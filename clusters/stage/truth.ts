import type { EventData } from '../../harness/model/event.ts'
import type { ProcessRecord } from './record-book.ts'

/**
 * The ground truth of a trial from what its processes recorded: one cell a second from t = 0 to the horizon. The first touched cell
 * begins with the first touched request and the last one ends with the last.
 * @param startEpochMs a whole second
 */
export function truthCells(
  processes: readonly ProcessRecord[],
  startEpochMs: number,
  horizonMs: number,
): { t: number; data: EventData<'truth.cell'> }[] {
  const touches = processes.flatMap(({ firstTouchedMs, lastTouchedMs }) =>
    firstTouchedMs === null || lastTouchedMs === null
      ? []
      : [firstTouchedMs - startEpochMs, lastTouchedMs - startEpochMs],
  )
  const cells = Array.from({ length: Math.floor(horizonMs / 1000) }, (_, i) => {
    const [fromMs, t] = [i * 1000, (i + 1) * 1000]
    const firstMs = touches.length > 0 ? Math.min(...touches) : t
    const lastMs = touches.length > 0 ? Math.max(...touches) : fromMs
    return {
      t: lastMs > fromMs && lastMs < t ? lastMs : t,
      data: { fromMs: firstMs > fromMs && firstMs < t ? firstMs : fromMs, requests: 0, bad: 0, touched: 0 },
    }
  })
  for (const { seconds } of processes) {
    for (const [second, requests, bad, touched] of seconds.values()) {
      const cell = cells[second - startEpochMs / 1000]
      if (cell === undefined) continue
      cell.data.requests += requests
      cell.data.bad += bad
      cell.data.touched += touched
    }
  }
  return cells
}
