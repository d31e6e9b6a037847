import { canonicalJson, type Json } from './canonical-json.ts'
import { type AuditLine, auditLineSpec, digestOf, hashOfLine } from './record.ts'

/** Something wrong at a line, counted from 1. */
export interface Fault {
  readonly line: number
  readonly message: string
}

/** A line that could be read, and where it stands, from 1. */
export interface ReadLine {
  readonly line: number
  readonly record: AuditLine
}

/** Each line on its own: whether it is a record, in its one spelling, and with the hashes of what it says. */
export function readLines(lines: readonly string[]): { read: ReadLine[]; faults: Fault[] } {
  const read: ReadLine[] = []
  const faults: Fault[] = []
  lines.forEach((text, i) => {
    const line = i + 1
    const parsed = parse(text)
    if (typeof parsed === 'string') {
      faults.push({ line, message: `not a record of an audit log: ${parsed}` })
      return
    }
    read.push({ line, record: parsed })
    const seq = `seq ${parsed.seq}`
    if (hashOfLine(parsed) !== parsed.hash)
      faults.push({ line, message: `edited: ${seq} is not what its hash was taken of` })
    else if (canonicalJson(parsed as Json) !== text) faults.push({ line, message: `${seq} is not in canonical JSON` })
    const actionHash = parsed.action === null ? null : digestOf(parsed.action)
    if (actionHash !== parsed.actionHash) faults.push({ line, message: `${seq} has another action than its hash` })
  })
  return { read, faults }
}

/** @returns why not, where it is none. */
function parse(text: string): AuditLine | string {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'no JSON'
  }
  const { data, error } = auditLineSpec.safeParse(value)
  if (data !== undefined) return data
  const { path, message } = error!.issues[0]!
  return path.length === 0 ? message : `\`${path.join('.')}\`: ${message}`
}
