import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'

/**
 * A file is there whole or not at all.
 * @param content in one piece or several, such as lines
 * @param durable also when the machine crashes right after: costs some milliseconds
 */
export function writeWhole(
  file: string,
  content: string | Uint8Array | Iterable<string>,
  { durable = false }: { readonly durable?: boolean } = {},
): void {
  const part = `${file}.part`
  let fd: number | undefined
  try {
    fd = openSync(part, 'w')
    if (typeof content === 'string') writeAll(fd, Buffer.from(content))
    else if (content instanceof Uint8Array) writeAll(fd, content)
    else for (const bytes of inChunks(content)) writeAll(fd, bytes)
    if (durable) fsyncSync(fd)
    closeSync(fd)
    fd = undefined
    renameSync(part, file)
  } catch (error) {
    if (fd !== undefined) closeSync(fd)
    rmSync(part, { force: true })
    // A full disk is told without a path by the system.
    throw Object.assign(error as Error, { path: file })
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written)
}

const chunkLength = 1 << 20

/** So that a file of many lines is never in memory as a whole. */
function* inChunks(lines: Iterable<string>): Generator<Buffer> {
  let chunk = ''
  for (const line of lines) {
    chunk += line
    if (chunk.length < chunkLength) continue
    yield Buffer.from(chunk)
    chunk = ''
  }
  yield Buffer.from(chunk)
}
