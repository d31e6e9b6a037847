import type { Problem } from '../../harness/model/problem.ts'
import type { AuditCheckpoint } from './audit-log.ts'
import { noHash } from './audit-log.ts'
import { verifyActions } from './verify-actions.ts'
import { type Fault, type ReadLine, readLines } from './verify-lines.ts'

/**
 * Everything wrong with an audit log: lines that are none, or are not as they were written; the chain; actions without what has to
 * come before or after them. A log that was cut at its end can be told only by a checkpoint that was kept elsewhere.
 * @param lines without line breaks
 * @param file as problems name it
 */
export function verifyAudit(
  lines: readonly string[],
  {
    file = 'audit log',
    checkpoint,
  }: { readonly file?: string; readonly checkpoint?: AuditCheckpoint | undefined } = {},
): Problem[] {
  const { read, faults } = readLines(lines)
  const all = [
    ...faults,
    ...chainFaults(read),
    ...(checkpoint === undefined ? [] : checkpointFaults(read, checkpoint)),
    ...verifyActions(read),
  ]
  return all
    .toSorted((a, b) => a.line - b.line)
    .map(({ line, message }) => ({ file, line, column: 1, message, severity: 'error' }))
}

/** The numbers, and the hash that each line names of the one before it. */
function chainFaults(read: readonly ReadLine[]): Fault[] {
  const faults: Fault[] = []
  const bySeq = Map.groupBy(read, ({ record }) => record.seq)
  let highest = -1
  let highestMs = Number.NEGATIVE_INFINITY
  for (const { line, record } of read) {
    const { seq, prevHash, tMs } = record
    const tell = (message: string) => faults.push({ line, message })
    const first = bySeq.get(seq)![0]!
    if (first.line !== line) tell(`duplicate: seq ${seq} stands at line ${first.line} already`)
    else if (seq < highest) tell(`reordered: seq ${seq} stands after seq ${highest}`)
    else if (tMs < highestMs) tell(`time goes back: ${tMs} ms after ${highestMs} ms`)
    for (let missing = highest + 1; missing < seq; missing++)
      if (!bySeq.has(missing)) tell(`gap: seq ${missing} is missing`)
    const before = seq === 0 ? [noHash] : (bySeq.get(seq - 1) ?? []).map(one => one.record.hash)
    if (before.length > 0 && !before.includes(prevHash))
      tell(
        `broken link: seq ${seq} follows ${short(prevHash)}, and ${seq === 0 ? 'the first follows' : `seq ${seq - 1} is`} ${short(before[0]!)}`,
      )
    highest = Math.max(highest, seq)
    highestMs = Math.max(highestMs, tMs)
  }
  return faults
}

function checkpointFaults(read: readonly ReadLine[], { size, lastHash }: AuditCheckpoint): Fault[] {
  if (size === 0) return []
  const last = read.find(({ record }) => record.seq === size - 1)
  if (last === undefined) {
    const message = `truncated: the checkpoint has seen ${size} lines, the last one ${short(lastHash)}, and it is not here`
    return [{ line: Math.max(1, read.at(-1)?.line ?? 1), message }]
  }
  if (last.record.hash === lastHash) return []
  return [
    {
      line: last.line,
      message: `another line than the checkpoint has seen: ${short(last.record.hash)} instead of ${short(lastHash)}`,
    },
  ]
}

function short(hash: string): string {
  return hash.slice(0, 12)
}
