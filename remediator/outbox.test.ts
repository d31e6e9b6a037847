import { describe, expect, test } from 'vitest'
import { type Effect, type Level, levels } from '../harness/model/effect.ts'
import type { AuditLine } from './audit/record.ts'
import { verifyAudit } from './audit/verify-audit.ts'
import { letOut } from './engine.ts'
import { ofType, playOf } from './fixtures/engine-play.ts'
import { put } from './outbox.ts'

const target = { kind: 'Rollout', namespace: 'default', name: 'checkout' }
const action = { class: 'scale', target, fromReplicas: 10, replicas: 20 } as const
const incident = 'trial/i1'
const podTemplateHash = 'new'
const reason = 'why'
const diagnosis = {
  incident,
  verdict: 'likely',
  ranked: [{ cause: { kind: 'errors', entity: 'checkout' }, change: null, share: 0.7 }],
  evidence: [{ id: 'e1', source: 'looks', text: 'it fails' }],
  ruledOut: [],
  toolCalls: 3,
} as const
const proposal = { incident, rule: 'revert', title: 'Revert', description: reason, file: 'rollout.yaml', changes: [] }

/** One of each type, the lowest level at which it leaves, and what the audit log calls it; null: it has no line. */
const all: {
  readonly [T in Effect['type']]: readonly [Omit<Extract<Effect, { type: T }>, 'id'> | object, Level, string | null]
} = {
  alarm: [{ alarm: { detector: 'probe', blames: null, pod: '', score: 1, reason }, deciding: true }, 'L0', null],
  page: [{ blames: null, reason }, 'L0', 'page'],
  wake: [{ atMs: 1 }, 'L0', null],
  incident: [{ incident, state: 'opened', reason }, 'L0', 'incident'],
  audit: [{ line: '' }, 'L0', null],
  hold: [{ podTemplateHash, reason }, 'L1', 'hold'],
  resume: [{ podTemplateHash, reason }, 'L1', 'resume'],
  abort: [{ podTemplateHash, reason }, 'L1', 'abort'],
  undo: [{ podTemplateHash, toHash: 'old', reason }, 'L1', 'undo'],
  callTool: [{ incident, call: { tool: 'graph' } }, 'L2', null],
  diagnose: [{ diagnosis }, 'L2', 'diagnosis'],
  propose: [{ proposal }, 'L3', 'proposal'],
  gate: [{ incident, action, verdict: 'allow', reasons: [] }, 'L4', 'gate'],
  askApproval: [{ incident, action, reason }, 'L4', null],
  apply: [{ incident, action, undoes: null, reason }, 'L4', 'intent'],
  verify: [{ incident, effectId: 'e', outcome: 'better', reason }, 'L4', 'verification'],
}
const entries = Object.entries(all).map(([type, [body, from, kind]]) => ({
  type,
  effect: { id: `id-${type}`, type, ...body } as Effect,
  from,
  kind,
}))
const linesIn = (effects: readonly Effect[]) =>
  ofType(effects, 'audit').flatMap(({ line }) => (line === '' ? [] : line))
const read = (line: string) => JSON.parse(line) as AuditLine

describe.each(levels)('at %s', level => {
  test.each(entries)(
    '$type leaves from $from on, with its line before it, and else without a trace',
    ({ effect, from, kind }) => {
      const { engine } = playOf({ decide: { deciders: ['probe'] } }, level)
      const before = structuredClone(engine.audit)
      const let_ = letOut(engine, [effect])
      if (level < from) {
        expect(let_).toEqual([])
        expect(engine.audit).toEqual(before)
        return
      }
      expect(let_.at(-1)).toBe(effect)
      expect(linesIn(let_).map(line => read(line).kind)).toEqual(kind === null ? [] : [kind])
      expect(let_).toHaveLength(kind === null ? 1 : 2)
      for (const line of linesIn(let_)) {
        const { policyDigest, trial, ...rest } = read(line)
        expect({ policyDigest, trial, level: rest.level }).toEqual({ policyDigest: 'digest', trial: 'trial', level })
        expect(rest.effectId).toBe(effect.type === 'verify' ? 'e' : effect.id)
      }
    },
  )

  test('all of them together make one chain, which the check follows', () => {
    const { engine } = playOf({ decide: { deciders: ['probe'] } }, level)
    const out = letOut(
      engine,
      entries.map(({ effect }) => effect),
    )
    const lines = linesIn(out)
    expect(lines.map(line => read(line).seq)).toEqual(lines.map((_, i) => i))
    const faults = verifyAudit(lines).map(({ message }) => message)
    // Nothing carried the action out here.
    expect(faults).toEqual(level === 'L4' ? [expect.stringContaining('without a result')] : [])
    const ids = out.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })
})

test('an effect is named by its step and its place in it, whatever the level lets out', () => {
  const outbox = { trial: 'trial', step: 7, effects: [] }
  expect(put(outbox, { type: 'wake', atMs: 1 })).toBe('trial/7/0')
  expect(put(outbox, { type: 'wake', atMs: 2 })).toBe('trial/7/1')
  expect(outbox.effects).toEqual([
    { id: 'trial/7/0', type: 'wake', atMs: 1 },
    { id: 'trial/7/1', type: 'wake', atMs: 2 },
  ])
})
