import { formatSeconds } from './format.ts'

const repaintMs = 100
const heartbeatMs = 30_000
const barColumns = 24
/** Lines of estimates at most: on a terminal the answer is to come, and a heartbeat is one line. */
const estimatesDrawn = 4
const estimatesLogged = 2

/** Where progress goes and when it is. */
export interface ProgressOptions {
  readonly write: (text: string) => void
  /** Draws lines over those it drew before; undefined where there is no terminal, or it is a CI log. */
  readonly draw: ((lines: readonly string[]) => void) | undefined
  /** Milliseconds of any clock that does not go back. */
  readonly nowMs: () => number
  readonly total: number
  /** How much of it was done before, and says nothing of how fast it goes. */
  readonly before?: number
  /** What is counted, in the plural: `trials`. */
  readonly unit: string
  /** What the run says so far, in lines. */
  readonly estimates?: () => readonly string[]
  /** What goes on when all is counted and not yet finished. */
  readonly ending?: string
}

export interface Progress {
  /** Counts `done` more; draws when it is time to. */
  advance(done: number): void
  /** To be called now and then where nothing advances for long, so that a log shows that the run is alive. */
  tick(): void
  finish(): void
}

/** A bar with estimates on a terminal; elsewhere plain lines: the beginning, a heartbeat every 30 s at most, the end. */
export function startProgress({
  write,
  draw,
  nowMs,
  total,
  before = 0,
  unit,
  estimates,
  ending = '',
}: ProgressOptions): Progress {
  const startMs = nowMs()
  const everyMs = draw === undefined ? heartbeatMs : repaintMs
  let done = before
  let drawnMs = startMs

  const status = (isEnding = false) => {
    const elapsedS = (nowMs() - startMs) / 1000
    const now = done - before
    const rate = now === 0 || elapsedS === 0 ? '' : `, ${formatRateOf(now / elapsedS)}`
    // Under a tenth of the work the rate says little.
    const leftS = now >= (total - before) / 10 && done < total ? (elapsedS / now) * (total - done) : undefined
    const left = leftS === undefined ? '' : `, about ${formatSeconds(Math.ceil(leftS))} left`
    return `${done} of ${total} ${unit}${rate}, ${formatSeconds(Math.floor(elapsedS))}${left}${isEnding && ending !== '' ? `, ${ending}` : ''}`
  }
  const show = (isLast = false) => {
    drawnMs = nowMs()
    const found = isLast ? [] : (estimates?.() ?? [])
    if (draw === undefined) {
      const heads = found.slice(0, estimatesLogged).map(line => `; ${line}`)
      write(`${status(done === total)}${heads.join('')}\n`)
    } else draw([`${bar(done, total)} ${status(done === total)}`, ...found.slice(0, estimatesDrawn)])
  }
  const tick = () => {
    if (nowMs() - drawnMs >= everyMs) show()
  }

  show()
  return {
    advance(count) {
      done += count
      tick()
    },
    tick,
    finish() {
      draw?.([])
      write(`${status()}\n`)
    },
  }
}

function formatRateOf(perSecond: number): string {
  return perSecond >= 1 ? `${Math.round(perSecond)}/s` : `${(perSecond * 60).toFixed(1)}/min`
}

function bar(done: number, total: number): string {
  const filled = total === 0 ? barColumns : Math.min(barColumns, Math.floor((done / total) * barColumns))
  return `[${'#'.repeat(filled)}${'.'.repeat(barColumns - filled)}]`
}
