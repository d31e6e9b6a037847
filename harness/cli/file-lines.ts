import { readSync } from 'node:fs'

const newline = 0x0a
const chunkBytes = 1 << 18

/** The lines of an open file that end with a newline, without it; no more than one of them and a chunk is in memory. */
export function* linesOf(fd: number): Generator<{ readonly at: number; readonly bytes: Buffer }> {
  const chunk = Buffer.alloc(chunkBytes)
  let rest = Buffer.alloc(0)
  let restAt = 0
  for (;;) {
    const count = readSync(fd, chunk, 0, chunkBytes, restAt + rest.length)
    if (count === 0) return
    rest = Buffer.concat([rest, chunk.subarray(0, count)])
    let from = 0
    for (let to = rest.indexOf(newline); to !== -1; to = rest.indexOf(newline, from)) {
      yield { at: restAt + from, bytes: rest.subarray(from, to) }
      from = to + 1
    }
    rest = rest.subarray(from)
    restAt += from
  }
}
