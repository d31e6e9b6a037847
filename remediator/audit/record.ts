import * as z from 'zod'
import { levels } from '../../harness/model/effect.ts'
import { sha256 } from '../../harness/model/sha256.ts'
import { canonicalJson, type Json } from './canonical-json.ts'

/** Version of a line's fields, which every line tells. */
export const auditVersion = 1

/**
 * What an engine puts on record. `hold`, `resume`, `abort` and `undo` are of the release under test; a safe action has its `gate`, where
 * people are asked an `approval`, an `intent` before it is applied, its `result`, a `verification`, and `undone` when it was taken back.
 */
const auditKinds = [
  'incident',
  'page',
  'hold',
  'resume',
  'abort',
  'undo',
  'diagnosis',
  'proposal',
  'gate',
  'approval',
  'intent',
  'result',
  'verification',
  'undone',
] as const

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal')
const json: z.ZodType<Json> = z.json()

/** A line of the audit log, with its place in the chain. */
export const auditLineSpec = z.strictObject({
  schemaVersion: z.literal(auditVersion),
  seq: z.int().min(0),
  prevHash: hash,
  tMs: z.int(),
  trial: z.string(),
  incident: z.string().nullable(),
  level: z.enum(levels),
  actor: z.enum(['engine', 'human']),
  kind: z.enum(auditKinds),
  effectId: z.string().nullable(),
  action: json.nullable(),
  actionHash: hash.nullable(),
  outcome: z.string(),
  undoes: z.string().nullable(),
  reasons: z.array(z.string()),
  evidence: z.array(z.string()),
  policyDigest: z.string(),
  budget: z.record(z.string(), z.number()),
  hash,
})
export type AuditLine = z.output<typeof auditLineSpec>

/** What whoever writes a line says; the rest is the chain's. */
export interface AuditRecord extends Pick<AuditLine, 'tMs' | 'trial' | 'level' | 'kind' | 'policyDigest'> {
  readonly incident?: string | null
  /** `human` for what a person answered; else the engine. */
  readonly actor?: AuditLine['actor']
  /** The effect that it tells of. A result, a verification and an `undone` name that of their intent; an approval that of the question. */
  readonly effectId?: string | null
  /** The whole action or proposal: gate, approval and intent of one action hold the same. */
  readonly action?: object | null
  /**
   * Of a gate `allow`, `ask` or `deny`; of an approval `approved`, `rejected` or `none`; of a result `ok` or `failed`; of an incident
   * `opened` or `closed`; of others their verdict in a word, or nothing.
   */
  readonly outcome?: string
  /** Of an intent: the effect that it takes back. */
  readonly undoes?: string | null
  readonly reasons?: readonly string[]
  /** Ids of the evidence in the diagnosis of the incident. */
  readonly evidence?: readonly string[]
  /** What is used up, by name. */
  readonly budget?: Readonly<Record<string, number>>
}

/** SHA-256 of a value's canonical JSON, in hexadecimal. */
export function digestOf(value: Json): string {
  return sha256(canonicalJson(value))
}

/** Of a line: all of it but the hash itself. */
export function hashOfLine({ hash: _, ...rest }: AuditLine): string {
  return digestOf(rest as Json)
}
