import { expect, test } from 'vitest'
import { liveLines } from './live-lines.ts'

const esc = '\u{1b}'
const tokens = new RegExp(`${esc}\\[(\\d*)[AJ]|[\\r\\n]|[^${esc}\\r\\n]+`, 'gu')

/** What a terminal of any width shows: text, carriage returns, CUU and ED. */
function screenOf(bytes: string): string[] {
  const lines = ['']
  let [row, column] = [0, 0]
  for (const [part, up] of bytes.matchAll(tokens)) {
    if (part === '\r') column = 0
    else if (part === '\n') {
      row++
      column = 0
      lines[row] ??= ''
    } else if (part.endsWith('A') && up !== undefined) row -= Number(up)
    else if (part === '\u{1b}[J') {
      lines.length = row + 1
      lines[row] = lines[row]!.slice(0, column)
    } else {
      lines[row] = lines[row]!.slice(0, column) + part + lines[row]!.slice(column + part.length)
      column += part.length
    }
  }
  return lines
}

function terminal() {
  let bytes = ''
  const live = liveLines(text => {
    bytes += text
  })
  return { live, screen: () => screenOf(bytes) }
}

test('lines are drawn over those before, also fewer over more', () => {
  const { live, screen } = terminal()
  live.draw(['one', 'two', 'three'])
  expect(screen()).toEqual(['one', 'two', 'three'])
  live.draw(['1'])
  expect(screen()).toEqual(['1'])
  live.draw(['a', 'b'])
  expect(screen()).toEqual(['a', 'b'])
})

test('what is written stays above what is drawn', () => {
  const { live, screen } = terminal()
  live.write('before\n')
  live.draw(['bar', 'estimate'])
  live.write('a worker died\n')
  expect(screen()).toEqual(['before', 'a worker died', 'bar', 'estimate'])
  live.draw(['bar 2', 'estimate 2'])
  live.draw([])
  live.write('done\n')
  expect(screen()).toEqual(['before', 'a worker died', 'done', ''])
})

test('where nothing is drawn nothing is sent', () => {
  const sent: string[] = []
  liveLines(text => sent.push(text)).draw([])
  expect(sent).toEqual([])
})
