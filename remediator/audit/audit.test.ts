import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SafeAction } from '../../harness/model/safe-action.ts'
import { type AuditState, auditCheckpoint, auditLine, createAudit } from './audit-log.ts'
import { canonicalJson, type Json } from './canonical-json.ts'
import { type AuditRecord, hashOfLine } from './record.ts'
import { verifyAudit } from './verify-audit.ts'

const scale: SafeAction = {
  class: 'scale',
  target: { kind: 'Rollout', namespace: 'shop', name: 'checkout' },
  fromReplicas: 10,
  replicas: 14,
}
const other: SafeAction = { ...scale, replicas: 20 }
const about = { trial: 'capacity/1', incident: 'capacity/1/i1', level: 'L4', policyDigest: 'd1' } as const
const undoes = (effectId: string) => ({ action: { ...scale, fromReplicas: 14, replicas: 10 }, undoes: effectId })

/** A whole incident: paged, diagnosed, asked for, approved, applied, worse, taken back. */
const story: readonly Omit<AuditRecord, keyof typeof about | 'tMs'>[] = [
  { kind: 'incident', outcome: 'opened' },
  { kind: 'page', effectId: 'e1', reasons: ['errors "rise"\n{"seq":9}'] },
  { kind: 'diagnosis', effectId: 'e2', outcome: 'likely', evidence: ['ev1', 'ev2'] },
  { kind: 'gate', effectId: 'e3', action: scale, outcome: 'ask', reasons: ['above the baseline'] },
  { kind: 'approval', actor: 'human', effectId: 'e4', action: scale, outcome: 'approved' },
  { kind: 'intent', effectId: 'e5', action: scale, budget: { actions: 1 } },
  { kind: 'result', effectId: 'e5', outcome: 'ok' },
  { kind: 'verification', effectId: 'e5', outcome: 'worse' },
  { kind: 'intent', effectId: 'e6', ...undoes('e5') },
  { kind: 'result', effectId: 'e6', outcome: 'ok' },
  { kind: 'undone', effectId: 'e5' },
  { kind: 'incident', outcome: 'closed' },
]

function linesOf(records: readonly Omit<AuditRecord, keyof typeof about | 'tMs'>[]): {
  lines: string[]
  state: AuditState
} {
  const state = createAudit()
  return { lines: records.map((one, i) => auditLine(state, { ...about, ...one, tMs: i * 1000 })), state }
}

const { lines, state } = linesOf(story)
const checkpoint = auditCheckpoint(state)
const told = (changed: readonly string[], options: Parameters<typeof verifyAudit>[1] = {}) =>
  verifyAudit(changed, options).map(({ line, message }) => `${line}: ${message}`)

/** A line with other content; its own hash made anew where somebody takes care. */
function edited(line: string, change: Record<string, unknown>, careful = false): string {
  const record = { ...JSON.parse(line), ...change }
  return canonicalJson({ ...record, hash: careful ? hashOfLine(record) : record.hash })
}

describe('an audit log', () => {
  test('has nothing wrong as it was written, with its checkpoint, an older one, or none', () => {
    expect(told(lines)).toEqual([])
    expect(told(lines, { checkpoint })).toEqual([])
    expect(told(lines, { checkpoint: auditCheckpoint(linesOf(story.slice(0, 4)).state) })).toEqual([])
    expect(told([])).toEqual([])
  })

  test('is a chain of SHA-256 over the text of its lines', () => {
    let before = '0'.repeat(64)
    for (const line of lines) {
      const { hash, prevHash } = JSON.parse(line) as { hash: string; prevHash: string }
      const content = line.replace(`"hash":"${hash}",`, '')
      expect(createHash('sha256').update(content).digest('hex')).toBe(hash)
      expect(prevHash).toBe(before)
      expect(line).not.toContain('\n')
      before = hash
    }
    expect(checkpoint).toEqual({ size: lines.length, lastHash: before })
  })

  test('goes on from a copy of its state as from the state', () => {
    const whole = createAudit()
    auditLine(whole, { ...about, ...story[0]!, tMs: 0 })
    const copy = structuredClone(whole)
    const next = { ...about, ...story[1]!, tMs: 5 }
    expect(auditLine(copy, next)).toBe(auditLine(whole, next))
  })
})

describe('what was changed is told at its line', () => {
  const without = (i: number) => lines.toSpliced(i, 1)

  test.each<[string, readonly string[], string[]]>([
    [
      'an edit',
      lines.with(1, edited(lines[1]!, { reasons: [] })),
      ['2: edited: seq 1 is not what its hash was taken of'],
    ],
    [
      'an edit with a new hash',
      lines.with(1, edited(lines[1]!, { reasons: [] }, true)),
      [expect.stringMatching(/^3: broken link: seq 2 follows [0-9a-f]{12}, and seq 1 is [0-9a-f]{12}$/) as never],
    ],
    ['a missing line', without(2), ['3: gap: seq 2 is missing']],
    ['two missing lines', without(1).toSpliced(1, 1), ['2: gap: seq 1 is missing', '2: gap: seq 2 is missing']],
    ['a missing beginning', without(0), ['1: gap: seq 0 is missing']],
    ['lines in another order', [...without(1).toSpliced(2, 0, lines[1]!)], ['3: reordered: seq 1 stands after seq 2']],
    ['a line twice', lines.toSpliced(2, 0, lines[1]!), ['3: duplicate: seq 1 stands at line 2 already']],
    ['a line that is none', lines.toSpliced(12, 0, '{"seq":'), ['13: not a record of an audit log: no JSON']],
    ['other blanks', lines.with(0, lines[0]!.replaceAll('":', '": ')), ['1: seq 0 is not in canonical JSON']],
    [
      'another action under the old hash',
      lines.with(11, edited(lines[11]!, { action: other }, true)),
      ['12: seq 11 has another action than its hash'],
    ],
    [
      'a time before the last one',
      lines.with(11, edited(lines[11]!, { tMs: 0 }, true)),
      ['12: time goes back: 0 ms after 10000 ms'],
    ],
  ])('%s', (_, changed, problems) => {
    expect(told(changed)).toEqual(problems)
  })

  test('a field that is missing is named', () => {
    const { policyDigest: _, ...rest } = JSON.parse(lines[11]!) as Record<string, Json>
    expect(told(lines.with(11, canonicalJson(rest)))).toEqual([expect.stringMatching(/^12: .*`policyDigest`/)])
  })

  test('a lost end is told by a checkpoint alone', () => {
    const cut = lines.slice(0, -2)
    expect(told(cut)).toEqual([])
    expect(told(cut, { checkpoint })).toEqual([
      expect.stringMatching(/^10: truncated: the checkpoint has seen 12 lines/),
    ])
    expect(told([], { checkpoint })).toEqual([expect.stringMatching(/^1: truncated/)])
    const forged = linesOf(story.with(11, { kind: 'incident', outcome: 'reopened' })).lines
    expect(told(forged, { checkpoint })).toEqual([expect.stringMatching(/^12: another line than the checkpoint/)])
  })

  test('any one change of any line, and any line lost but the last, is noticed', () => {
    const position = fc.integer({ min: 0, max: lines.length - 2 })
    fc.assert(
      fc.property(position, fc.nat(), fc.constantFrom(...'0a" }'), (i, at, letter) => {
        const line = lines[i]!
        const place = at % line.length
        fc.pre(line[place] !== letter)
        const changed = line.slice(0, place) + letter + line.slice(place + 1)
        expect(told(lines.with(i, changed))).not.toEqual([])
        expect(told(without(i))).not.toEqual([])
      }),
    )
  })
})

describe('an action', () => {
  const gate = (outcome: string, action = scale) => ({ kind: 'gate', effectId: 'g', action, outcome }) as const
  const asked = (outcome: string) => ({ kind: 'approval', effectId: 'q', action: scale, outcome }) as const
  const intent = { kind: 'intent', effectId: 'a', action: scale } as const
  const result = { kind: 'result', effectId: 'a', outcome: 'ok' } as const
  const unallowed = 'applied without an allow of the gate'
  const unapproved = 'applied without the approval that the gate asked for'

  test.each<[string, Parameters<typeof linesOf>[0], string[]]>([
    ['with an allow', [gate('allow'), intent, result], []],
    ['that nobody was asked about', [intent, result], [`1: seq 0: ${unallowed}`]],
    ['that was denied', [gate('deny'), intent, result], [`2: seq 1: ${unallowed}`]],
    ['that was denied after an allow', [gate('allow'), gate('deny'), intent, result], [`3: seq 2: ${unallowed}`]],
    ['whose allow is for another one', [gate('allow', other), intent, result], [`2: seq 1: ${unallowed}`]],
    [
      'done twice by one allow',
      [gate('allow'), intent, result, { ...intent, effectId: 'b' }, { ...result, effectId: 'b' }],
      [`4: seq 3: ${unallowed}`],
    ],
    ['that needs an approval', [gate('ask'), asked('approved'), intent, result], []],
    ['without the approval', [gate('ask'), intent, result], [`2: seq 1: ${unapproved}`]],
    ['that was rejected', [gate('ask'), asked('rejected'), intent, result], [`3: seq 2: ${unapproved}`]],
    ['approved before the gate asked', [asked('approved'), gate('ask'), intent, result], [`3: seq 2: ${unapproved}`]],
    ['without a result', [gate('allow'), intent], ['2: seq 1: intent of effect a without a result']],
    ['that nobody meant to do', [result], ['1: seq 0: result of a, which nobody meant to do']],
    [
      'applied again',
      [gate('allow'), intent, result, gate('allow'), intent, result],
      ['5: seq 4: effect a is applied twice'],
    ],
    [
      'that takes back what was not applied',
      [
        { kind: 'intent', effectId: 'b', ...undoes('a') },
        { ...result, effectId: 'b' },
      ],
      ['1: seq 0: takes back effect a, which was not applied'],
    ],
    ['on the release under test', [{ kind: 'abort', effectId: 'a' }, result], []],
  ])('%s', (_, records, problems) => {
    expect(told(linesOf(records).lines)).toEqual(problems)
  })
})
