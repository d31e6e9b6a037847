import { formatSeconds } from './format.ts'

const repaintMs = 100
const heartbeatMs = 30_000
const barColumns = 30

/** Where progress goes and when it is. */
export interface ProgressOptions {
  readonly write: (text: string) => void
  /** Milliseconds of any clock that does not go back. */
  readonly nowMs: () => number
  /** A terminal that is no CI log: only there is a line drawn over. */
  readonly isTerminal: boolean
  readonly total: number
  /** What is counted, in the plural: `trials`. */
  readonly unit: string
}

export interface Progress {
  /** Counts `done` more; draws when it is time to. */
  advance(done: number): void
  /** To be called now and then where nothing advances for long, so that a log shows that the run is alive. */
  tick(): void
  /** A line of its own that stays, for a change of phase. */
  say(line: string): void
  finish(): void
}

/** A bar on a terminal; elsewhere plain lines: the beginning, a heartbeat every 30 s at most, the end. */
export function startProgress(options: ProgressOptions): Progress {
  const { write, nowMs, isTerminal, total, unit } = options
  const startMs = nowMs()
  const everyMs = isTerminal ? repaintMs : heartbeatMs
  const clearLine = isTerminal ? '\r\u{1b}[K' : ''
  let done = 0
  let drawnMs = startMs

  const status = () => {
    const elapsedS = (nowMs() - startMs) / 1000
    // Under a tenth of the work the rate says little.
    const leftS = done >= total / 10 && done < total ? (elapsedS / done) * (total - done) : undefined
    const left = leftS === undefined ? '' : `, about ${formatSeconds(leftS)} left`
    return `${done} of ${total} ${unit}, ${formatSeconds(elapsedS)}${left}`
  }
  const draw = () => {
    drawnMs = nowMs()
    write(isTerminal ? `${clearLine}${bar(done, total)} ${status()}` : `${status()}\n`)
  }
  const tick = () => {
    if (nowMs() - drawnMs >= everyMs) draw()
  }

  draw()
  return {
    advance(count) {
      done += count
      tick()
    },
    tick,
    say(line) {
      write(`${clearLine}${line}\n`)
      if (isTerminal) draw()
    },
    finish() {
      draw()
      if (isTerminal) write('\n')
    },
  }
}

function bar(done: number, total: number): string {
  const filled = total === 0 ? barColumns : Math.min(barColumns, Math.floor((done / total) * barColumns))
  return `[${'#'.repeat(filled)}${'.'.repeat(barColumns - filled)}]`
}
