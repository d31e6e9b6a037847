import { expect, test } from 'vitest'
import type { AuditLine } from '../../remediator/audit/record.ts'
import { verifyAudit } from '../../remediator/audit/verify-audit.ts'
import { eventsOf, policyOf, rowOf, scenarioOf, trialOf } from './fixtures/trials.ts'
import type { Row } from './row.ts'

/** At every alarm it wants more pods, and asks people first. */
const asking = rowOf('naive', 'L4')
const naive = policyOf('naive')
const row: Row = {
  ...asking,
  spec: {
    ...naive,
    decide: { ...naive.decide, when: 'any', deciders: ['probe', 'burn-rate'] },
    remediate: { ...naive.remediate, blind: ['scale'], scaleFactor: 1.5, verify: policyOf('careful').remediate.verify },
    gate: {
      ...naive.gate,
      mode: 'enforce',
      classes: { ...naive.gate.classes, scale: { ...naive.gate.classes.scale, mode: 'ask' } },
    },
  },
}

const auditOf = (name: string, seed: number, of = row) =>
  eventsOf(trialOf(scenarioOf(name), { row: of, seed }), 'audit.recorded').map(({ data }) => data.line)
const kindsIn = (lines: readonly string[]) =>
  lines.map(line => JSON.parse(line) as AuditLine).map(({ kind, outcome }) => `${kind} ${outcome}`.trim())

test('an action that people were asked about has its question, answer, intent and result on record, in this order', () => {
  const logs = [1, 2, 3, 4, 5, 6].map(seed => auditOf('capacity', seed))
  for (const lines of logs) expect(verifyAudit(lines)).toEqual([])
  const applied = logs.map(kindsIn).find(kinds => kinds.includes('intent'))!
  const steps = applied.filter(kind => /^(gate|approval|intent|result|verification)/.test(kind))
  expect(steps.slice(0, 4)).toEqual(['gate ask', 'approval approved', 'intent', 'result ok'])
})

test('what is applied against the gate, as an experiment may, is told by the check', () => {
  const lines = auditOf('error-ratio', 1, rowOf('naive', 'L4'))
  expect(kindsIn(lines)).toContain('gate deny')
  expect(verifyAudit(lines).map(({ message }) => message)).toContainEqual(
    expect.stringContaining('applied without an allow of the gate'),
  )
})
