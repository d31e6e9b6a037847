import { styleText } from 'node:util'
import * as z from 'zod'
import type { AuditCheckpoint } from '../../../remediator/audit/audit-log.ts'
import { verifyAudit } from '../../../remediator/audit/verify-audit.ts'
import { counted } from '../../model/counted.ts'
import { formatProblem, InvalidInput, type Problem } from '../../model/problem.ts'
import type { CommandContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { displayName, readInput, wholeFileProblem } from '../load/read-input.ts'
import { isLogPath, readLog } from '../load/read-log.ts'

export interface AuditVerifyOptions {
  /** File of `{size, lastHash}`, as of an earlier time. */
  readonly checkpoint?: string | undefined
}

/** Checks an audit log: every problem on stderr, each at its line; where there is none, how long it is and its last hash on stdout. */
export async function auditVerify(
  path: string,
  { checkpoint }: AuditVerifyOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const lines = readAudit(path)
  const file = displayName(path)
  const known = checkpoint === undefined ? undefined : readCheckpoint(checkpoint)
  const problems = verifyAudit(
    lines.map(({ text }) => text),
    { file, checkpoint: known },
  ).map(problem => ({ ...problem, line: lines[problem.line - 1]?.line ?? problem.line }))
  for (const problem of problems) context.writeProgress(`${formatProblem(problem)}\n`)
  if (problems.length > 0) return exitCodes.fail
  const ok = context.stdoutColor ? styleText('green', 'ok', { validateStream: false }) : 'ok'
  const last = lines.at(-1)
  const end = last === undefined ? '' : `, last hash ${(JSON.parse(last.text) as { hash: string }).hash}`
  context.writeResult(`${ok} ${file}: ${counted(lines.length, 'record')}${end}\n`)
  return exitCodes.pass
}

interface PlacedLine {
  /** In the file, from 1. */
  readonly line: number
  readonly text: string
}

/** The lines of an audit log, or those that a trial's log holds. @throws InvalidInput */
function readAudit(path: string): PlacedLine[] {
  const problems: Problem[] = []
  const bytes = readInput(path, problems)
  if (bytes === undefined) throw new InvalidInput(problems)
  const texts = path.endsWith('.frames') ? [] : new TextDecoder().decode(bytes).split('\n')
  if (isLogPath(path) && (path.endsWith('.frames') || isEvent(texts[0] ?? ''))) {
    return readLog(path).flatMap(event =>
      event.type === 'audit.recorded' ? [{ line: event.seq + 1, text: event.data.line }] : [],
    )
  }
  const lines = texts.map((text, i) => ({ line: i + 1, text })).filter(({ text }) => text.trim() !== '')
  if (lines.some(({ text }) => objectIn(text) !== undefined)) return lines
  throw new InvalidInput([
    wholeFileProblem(path, 'is neither an audit log nor the log of a trial: no line is a JSON object'),
  ])
}

function isEvent(line: string): boolean {
  const value = objectIn(line)
  return value !== undefined && 'v' in value && 'type' in value
}

function objectIn(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

const checkpointSpec: z.ZodType<AuditCheckpoint> = z.strictObject({
  size: z.int().min(0),
  lastHash: z.string().regex(/^[0-9a-f]{64}$/),
})

function readCheckpoint(path: string): AuditCheckpoint {
  const problems: Problem[] = []
  const bytes = readInput(path, problems)
  if (bytes === undefined) throw new InvalidInput(problems)
  const { data } = checkpointSpec.safeParse(objectIn(new TextDecoder().decode(bytes)))
  if (data !== undefined) return data
  const message = 'is no checkpoint: it holds {"size": <lines>, "lastHash": "<64 hexadecimal digits>"}'
  throw new InvalidInput([wholeFileProblem(path, message)])
}
