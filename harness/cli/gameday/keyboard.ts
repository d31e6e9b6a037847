import { createInterface, emitKeypressEvents, type Key } from 'node:readline'
import { completed } from './orders.ts'

/** Lines that people type while other things go on. */
export interface Keyboard {
  /** What stands in the line that is being typed; empty where that is the terminal's own. */
  readonly text: string
  /** Waits for a line, at most so long; undefined when none came, and also when `text` has changed. */
  next(timeoutMs: number): Promise<string | undefined>
  close(): void
}

/** @param raw the line is drawn by whoever reads it, over and over; otherwise the terminal or the pipe makes lines. */
export function openKeyboard(input: NodeJS.ReadStream, raw: boolean): Keyboard {
  const lines: string[] = []
  const history: string[] = []
  let at = 0
  let text = ''
  let isClosed = false
  let wake: (() => void) | undefined
  const call = () => wake?.()
  const end = () => {
    isClosed = true
    call()
  }

  const enter = () => {
    if (text.trim() !== '') history.push(text)
    at = history.length
    lines.push(text)
    text = ''
  }
  const recall = (by: number) => {
    at = Math.min(history.length, Math.max(0, at + by))
    text = history[at] ?? ''
  }
  const onKey = (typed: string | undefined, { name, ctrl = false }: Partial<Key> = {}) => {
    if (ctrl && name === 'c') process.kill(process.pid, 'SIGINT')
    else if (ctrl && name === 'd') {
      if (text === '') lines.push('stop')
    } else if (ctrl && name === 'u') text = ''
    else if (ctrl && name === 'w') text = text.replace(/\S+\s*$/, '')
    else if (name === 'return' || name === 'enter') enter()
    else if (name === 'backspace') text = text.slice(0, -1)
    else if (name === 'tab') text = completed(text)
    else if (name === 'up') recall(-1)
    else if (name === 'down') recall(1)
    else if (typed !== undefined && !ctrl && /^[^\p{Cc}]+$/u.test(typed)) text += typed
    call()
  }

  const reader = raw ? undefined : createInterface({ input, terminal: false })
  if (reader === undefined) {
    emitKeypressEvents(input)
    input.setRawMode(true)
    input.on('keypress', onKey)
    input.on('end', end)
    input.on('error', end)
    input.resume()
  } else {
    reader.on('line', line => {
      lines.push(line)
      call()
    })
    reader.on('close', end)
  }

  return {
    get text() {
      return text
    },
    async next(timeoutMs) {
      if (lines.length > 0) return lines.shift()
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, timeoutMs)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
        // What is closed never calls again.
        if (isClosed) wake = undefined
      })
      wake = undefined
      return lines.shift()
    },
    close() {
      reader?.close()
      if (raw) {
        input.off('keypress', onKey)
        try {
          input.setRawMode(false)
        } catch {
          // The terminal is gone, and its mode with it.
        }
      }
      input.pause()
    },
  }
}
