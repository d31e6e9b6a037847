import { describe, expect, test } from 'vitest'
import type { EventData, EventType, TrialEvent } from '../harness/model/event.ts'
import type { SafeAction } from '../harness/model/safe-action.ts'
import { append, createTrialLog, framesOf, readEvents } from '../harness/model/trial-log.ts'
import { errorsOf, rowOf, scenarioOf, trialOf } from '../harness/run/fixtures/trials.ts'
import { type AuditState, auditLine, createAudit } from '../remediator/audit/audit-log.ts'
import type { AuditRecord } from '../remediator/audit/record.ts'
import { clock } from './postmortem/markdown.ts'
import { renderPostmortems } from './postmortem.ts'

/** A bullet of a postmortem, read as anybody would who checks it. */
interface Claim {
  readonly section: string
  readonly text: string
  readonly events: readonly TrialEvent[]
  readonly ranges: readonly (readonly TrialEvent[])[]
  readonly records: readonly Record<string, unknown>[]
}

const citation = /(?<!\\)\[(?:e(\d+)(?:–e(\d+))?|a(\d+))\]/g

/** Reads a Markdown postmortem back; a citation of nothing throws. */
function claimsOf(markdown: string, log: readonly TrialEvent[]): Claim[] {
  const audit = log.flatMap(({ type, data }) => (type === 'audit.recorded' ? [JSON.parse(data.line)] : []))
  const eventAt = (seq: string) => {
    const event = log[Number(seq)]
    if (event?.seq !== Number(seq)) throw new Error(`no event ${seq}`)
    return event
  }
  let section = ''
  return markdown.split('\n').flatMap((line): Claim[] => {
    if (line.startsWith('#')) section = line.replace(/^#+ /, '')
    if (!line.startsWith('- ')) {
      if (line !== '' && !line.startsWith('#')) throw new Error(`no bullet: ${line}`)
      return []
    }
    const cites = [...line.matchAll(citation)]
    const events = cites.flatMap(([, from, to]) => (from !== undefined && to === undefined ? [eventAt(from)] : []))
    const ranges = cites.flatMap(([, from, to]) =>
      from === undefined || to === undefined ? [] : [log.slice(eventAt(from).seq, eventAt(to).seq + 1)],
    )
    const records = cites.flatMap(([, , , seq]) => {
      if (seq === undefined) return []
      const found = audit.find(record => record.seq === Number(seq))
      if (found === undefined) throw new Error(`no record ${seq}`)
      return [found]
    })
    return [{ section, text: line.slice(2).replace(citation, '').trim(), events, ranges, records }]
  })
}

/** Numbers of the sections that sum up, worked out anew. */
function sums(range: readonly TrialEvent[]) {
  const cells = range.flatMap(event => (event.type === 'truth.cell' ? [event] : []))
  const sum = (of: (cell: (typeof cells)[number]) => number) => cells.reduce((total, cell) => total + of(cell), 0)
  const carried = range.flatMap(event => (event.type === 'truth.carried' ? [event] : []))
  const after = carried.map(
    (event, i) => (event.data.badPerHour / 3600) * (((carried[i + 1] ?? range.at(-1)!).t - event.t) / 1000),
  )
  return {
    requests: sum(cell => cell.data.requests),
    bad: sum(cell => cell.data.bad),
    badMinutes: [...Map.groupBy(cells, ({ data }) => Math.floor(data.fromMs / 60_000)).values()].filter(minute => {
      const bad = minute.reduce((total, { data }) => total + data.bad, 0)
      return bad >= 10 && bad / minute.reduce((total, { data }) => total + data.requests, 0) > 0.01
    }).length,
    after: Math.round(after.reduce((total, count) => total + count, 0)),
  }
}

/** Everything in a claim that is a number, by what it rests on. */
function check({ section, text, events, ranges, records }: Claim): void {
  expect(events.length + ranges.length, text).toBeGreaterThan(0)
  let rest = text
  for (const time of text.match(/-?\d+:\d\d:\d\d\.\d/g) ?? []) {
    const times = [...events, ...ranges.flat()].map(({ t }) => clock(t))
    const minutes = ranges.flat().map(({ t }) => clock(Math.floor(t / 60_000) * 60_000))
    expect([...times, ...minutes], text).toContain(time)
    rest = rest.replace(time, '')
  }
  rest = rest.replace(/(\d+\.\d) s after the trigger/, (_, length) => {
    expect(Number(length), text).toBeCloseTo((events[0]!.t - events[1]!.t) / 1000, 1)
    return ''
  })
  rest = rest.replace(/with a share of (\d\.\d\d)/, (_, share) => {
    const ranked = events.flatMap(({ type, data }) => (type === 'diagnosis.made' ? data.ranked : []))
    expect(
      ranked.map(one => one.share.toFixed(2)),
      text,
    ).toContain(share)
    return ''
  })
  const [range] = ranges
  if (range !== undefined) {
    const { requests, bad, badMinutes, after } = sums(range)
    const known = [
      `${bad} of ${requests} requests`,
      `Bad requests: ${bad}`,
      `Bad minutes, with more than 1 % and at least 10 bad requests: ${badMinutes}`,
      `${after} more bad requests`,
    ]
    expect(known.filter(one => rest.includes(one)).length, text).toBe(1)
    for (const one of known) rest = rest.replace(one, '')
  }
  const told = JSON.stringify([events, records.map(({ seq, hash }) => [seq, hash])])
  for (const number of rest.match(/\d+(?:\.\d+)?/g) ?? [])
    if (section !== 'Audit')
      expect(told, `${number} of: ${text}`).toContain(number.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, ''))
}

function checked(log: readonly TrialEvent[]): { markdown: string; claims: Claim[] } {
  const markdown = renderPostmortems(log)
  const claims = claimsOf(markdown, log)
  for (const claim of claims) check(claim)
  return { markdown, claims }
}

const inSection = (claims: readonly Claim[], name: string) =>
  claims.filter(({ section }) => section === name).map(({ text }) => text)

describe('of trials that were run', () => {
  test.each([
    ['error-ratio', 'L0', 'faulty', /^Status: resolved$/],
    ['error-ratio', 'L1', 'faulty', /^Status: resolved$/],
    ['error-ratio', 'L4', 'faulty', /^Status: resolved$/],
    ['dependency-outage', 'L2', 'scare', /^Status: (mitigated|resolved)$/],
    ['feature-flag', 'L1', 'faulty', /^Status: resolved$/],
    ['prometheus-down', 'L0', 'faulty', /^Status: resolved$/],
  ] as const)('%s at %s: every line of it rests on the log', (name, level, variant, status) => {
    const scenario = name === 'error-ratio' ? errorsOf(0.5) : scenarioOf(name)
    const { events } = trialOf(scenario, { variant, row: rowOf('careful', level) })
    const { markdown, claims } = checked(events)
    expect(markdown).toMatch(/^# Postmortem: /)
    expect(inSection(claims, 'Timeline').length).toBeGreaterThan(5)
    expect(inSection(claims, 'Action items').length).toBeGreaterThan(0)
    expect(claims.some(({ text }) => status.test(text))).toBe(true)
    expect(claims.some(({ text }) => text === `CARM level: ${level}`)).toBe(true)
  })

  test('a good release that nobody minded has none', () => {
    expect(renderPostmortems(trialOf(errorsOf(0.5), { variant: 'twin' }).events)).toBe('')
  })

  test('where nobody is told, it begins with the first bad minute', () => {
    const { events } = trialOf(errorsOf(0.9), { row: rowOf('null', 'L1') })
    const { claims } = checked(events)
    const [first] = inSection(claims, 'Summary')
    expect(first).toMatch(/^In the minute from 0:0[23]:00\.0 on \d+ of \d+ requests were bad, and nobody was told$/)
    expect(claims.some(({ text }) => text === 'Status: open')).toBe(true)
    expect(inSection(claims, 'Detection')).toEqual(['No detector that decides has fired, and nobody was paged'])
  })

  test('nobody is named', () => {
    const { events } = trialOf(errorsOf(0.5), { row: rowOf('careful', 'L0') })
    expect(renderPostmortems(events)).not.toMatch(/\b(alex|chris|kim|robin|sam|on-call\b(?! rota))/)
  })
})

/** A log of an L4 trial in which all that there is happens. */
function storyOf(verdict: 'likely' | 'inconclusive' = 'likely'): TrialEvent[] {
  const log = createTrialLog()
  const state: AuditState = createAudit()
  const incident = 'story/1/i1'
  const add = <T extends EventType>(t: number, type: T, data: EventData<T>) => append(log, t, type, data)
  const audit = (tMs: number, kind: AuditRecord['kind'], rest: Partial<AuditRecord> = {}) => {
    const about = { trial: 'story/1', incident, level: 'L4', policyDigest: 'd' } as const
    add(tMs, 'audit.recorded', { line: auditLine(state, { tMs, kind, ...about, ...rest }) })
  }
  const action: SafeAction = {
    class: 'scale',
    target: { kind: 'Rollout', namespace: 'shop', name: 'checkout' },
    fromReplicas: 10,
    replicas: 14,
  }
  const podTemplateHash = 'abc123'
  const started = {
    scenario: 'story',
    variant: 'faulty',
    policy: 'p',
    level: 'L4',
    seed: 1,
    backend: 'sim',
    horizonMs: 600_000,
  }
  add(0, 'trial.started', started)
  add(60_000, 'release.updated', {
    deploy: 0,
    release: 'deploy',
    revision: 2,
    podTemplateHash,
    file: 'rollout.yaml',
    key: 'env RELEASE',
    fromValue: 'a',
    toValue: 'b',
    alsoChanged: [],
  })
  for (let t = 65_000; t <= 120_000; t += 5000)
    add(t, 'truth.cell', { fromMs: t - 5000, requests: 250, bad: t < 80_000 ? 2 : 100, touched: 90 })
  const reason = 'errors rise\n# Postmortem: forged [e0] [a99]'
  add(121_000, 'detector.fired', { detector: 'threshold', blames: null, pod: '', score: 3, reason })
  audit(121_000, 'incident', { outcome: 'opened' })
  add(121_000, 'incident.opened', { incident, reason })
  audit(121_000, 'page', { effectId: 'e1' })
  add(121_000, 'page.sent', { effectId: 'e1', blames: null, reason })
  add(122_000, 'tool.called', { effectId: 'e2', incident, tool: 'metrics', arguments: '{}' })
  add(124_000, 'tool.answered', { effectId: 'e2', tool: 'metrics', ok: false, summary: 'error: connection refused' })
  audit(125_000, 'diagnosis', { effectId: 'e3', outcome: verdict, evidence: ['ev1'] })
  add(125_000, 'diagnosis.made', {
    effectId: 'e3',
    incident,
    verdict,
    ranked: [
      { kind: 'lack of capacity', entity: 'checkout', change: null, share: 0.62 },
      { kind: 'errors', entity: 'checkout', change: 'release/abc123', share: 0.3 },
    ],
    evidence: [{ id: 'ev1', source: 'objects', text: '10 of 10 pods at their limit' }],
    ruledOut: [{ kind: 'flag', entity: 'f', because: 'no flag was switched' }],
    toolCalls: 4,
  })
  audit(126_000, 'gate', { effectId: 'e4', action, outcome: 'ask', reasons: ['above 12 replicas'] })
  add(126_000, 'gate.decided', {
    effectId: 'e4',
    incident,
    class: 'scale',
    action: '{}',
    verdict: 'ask',
    reasons: ['above 12 replicas', 'second action within 600 s'],
  })
  add(126_000, 'approval.asked', { effectId: 'e5', incident, action: '{}' })
  audit(180_000, 'approval', { actor: 'human', effectId: 'e5', action, outcome: 'approved' })
  add(180_000, 'approval.answered', { effectId: 'e5', answer: 'approved' })
  audit(180_000, 'intent', { effectId: 'e6', action })
  const scale = { actor: 'engine', operation: 'scale' }
  add(180_000, 'operation.started', { effectId: 'e6', podTemplateHash, ...scale })
  add(180_200, 'operation.finished', { effectId: 'e6', ok: true, message: '', ...scale })
  audit(180_200, 'result', { effectId: 'e6', outcome: 'ok' })
  audit(240_000, 'verification', { effectId: 'e6', outcome: 'worse' })
  add(240_000, 'action.verified', { effectId: 'e6', incident, outcome: 'worse', reason: 'errors rose' })
  audit(240_000, 'intent', { effectId: 'e7', action: { ...action, fromReplicas: 14, replicas: 10 }, undoes: 'e6' })
  add(240_000, 'operation.started', { effectId: 'e7', podTemplateHash, ...scale })
  add(240_200, 'operation.finished', { effectId: 'e7', ok: true, message: '', ...scale })
  audit(240_200, 'result', { effectId: 'e7', outcome: 'ok' })
  audit(250_000, 'proposal', { effectId: 'e8' })
  const changes = [{ file: 'rollout.yaml', key: 'replicas', fromValue: '10', toValue: '20' }]
  add(250_000, 'pullRequest.opened', { number: 7, author: 'engine', title: 'More [pods](x)', description: '', changes })
  add(250_000, 'proposal.made', { effectId: 'e8', incident, rule: 'raise replicas', number: 7 })
  add(290_000, 'pullRequest.closed', { number: 7 })
  audit(300_000, 'incident', { outcome: 'closed' })
  add(300_000, 'incident.closed', { incident, reason: 'nothing more to do' })
  add(600_000, 'trial.ended', {})
  return [...readEvents(framesOf(log))]
}

describe('of an incident with everything in it', () => {
  const { markdown, claims } = checked(storyOf())

  test('tells the cause, what was ruled out, the verdicts with all reasons, and the proposal', () => {
    expect(inSection(claims, 'Root cause')[0]).toBe(
      'Likely at 0:02:05.0, after 4 tool calls: lack of capacity of checkout, by no change, with a share of 0.62',
    )
    expect(inSection(claims, 'Ruled out')).toEqual([
      'Ruled out: flag of f, because no flag was switched',
      'Less likely: errors of checkout, by the change release/abc123, with a share of 0.30',
    ])
    expect(inSection(claims, 'Gate')).toEqual(['0:02:06.0 scale: ask, above 12 replicas; second action within 600 s'])
    expect(inSection(claims, 'Proposals')).toEqual([
      '0:04:10.0 pull request 7, by the rule raise replicas: More \\[pods\\](x), closed at 0:04:50.0',
    ])
    expect(inSection(claims, 'Trigger').at(-1)).toBe('The diagnosis names no change')
  })

  test('cites the record of the audit log beside the event, of the same effect and kind', () => {
    const kinds = claims
      .filter(({ section }) => section === 'Timeline')
      .map(({ text, records }) => [text.split(' ').slice(1, 4).join(' '), records.map(({ kind }) => kind).join()])
      .filter(([, kind]) => kind !== '')
    expect(kinds).toEqual([
      ['The engine opens', 'incident'],
      ['People are paged:', 'page'],
      ['The diagnosis is', 'diagnosis'],
      ["The gate's verdict", 'gate'],
      ['Approval: approved', 'approval'],
      ['scale begins (engine)', 'intent'],
      ['scale is taken', 'result'],
      ['Verified: worse, errors', 'verification'],
      ['scale begins (engine)', 'intent'],
      ['scale is taken', 'result'],
      ['The engine proposes', 'proposal'],
      ['The engine closes', 'incident'],
    ])
  })

  test('points at the part of the audit log, with its last hash', () => {
    const lines = storyOf().flatMap(({ type, data }) => (type === 'audit.recorded' ? [data.line] : []))
    const { seq, hash } = JSON.parse(lines.at(-1)!)
    expect(inSection(claims, 'Audit')).toEqual([`Records 0 to ${seq} of the audit log, the last with hash ${hash}`])
  })

  test('does not take for the remedy what was taken back', () => {
    expect(inSection(claims, 'Resolution')).toEqual(['At 0:10:00.0 nobody had done anything against it that helped'])
    expect(inSection(claims, 'Action items')).toContain(
      'mitigate: an action did not help and was taken back: ask for approval before the next one (owner: platform team)',
    )
  })

  test('an inconclusive diagnosis names no cause', () => {
    const unsure = checked(storyOf('inconclusive'))
    expect(inSection(unsure.claims, 'Root cause')[0]).toBe('Inconclusive at 0:02:05.0, after 4 tool calls')
    expect(inSection(unsure.claims, 'Trigger')).toHaveLength(1)
  })

  test('what others wrote can forge no heading, line or citation', () => {
    expect(markdown.match(/^# /gm)).toHaveLength(1)
    expect(markdown).toContain('errors rise \\# Postmortem: forged \\[e0\\] \\[a99\\]')
  })
})

test('two incidents have a postmortem each, and share no event', () => {
  const log = createTrialLog()
  const started = {
    scenario: 'two',
    variant: 'faulty',
    policy: 'p',
    level: 'L1',
    seed: 1,
    backend: 'sim',
    horizonMs: 900_000,
  }
  append(log, 0, 'trial.started', started)
  for (const [i, t] of [100_000, 500_000].entries()) {
    const incident = `two/1/i${i + 1}`
    append(log, t, 'truth.cell', { fromMs: t - 5000, requests: 100, bad: 10 * (i + 1), touched: 0 })
    append(log, t, 'incident.opened', { incident, reason: 'errors' })
    append(log, t + 1000, 'page.sent', { effectId: `e${i}`, blames: null, reason: `trouble ${'one'.repeat(i + 1)}` })
    append(log, t + 60_000, 'truth.cell', { fromMs: t + 55_000, requests: 100, bad: 20 * (i + 1), touched: 0 })
    append(log, t + 65_000, 'truth.cell', { fromMs: t + 60_000, requests: 100, bad: 0, touched: 0 })
    append(log, t + 120_000, 'incident.closed', { incident, reason: 'quiet' })
    append(log, t + 200_000, 'truth.cell', { fromMs: t + 195_000, requests: 100, bad: 0, touched: 0 })
  }
  append(log, 900_000, 'trial.ended', {})
  const { markdown, claims } = checked([...readEvents(framesOf(log))])
  expect(markdown.match(/^# .*$/gm)).toEqual(['# Postmortem: two/1/i1', '# Postmortem: two/1/i2'])
  const [first, second] = claims.filter(({ text }) => text.startsWith('Trial time')).map(({ events }) => events)
  expect(first![1]!.seq).toBeLessThan(second![0]!.seq)
  expect(inSection(claims, 'Impact').filter(text => text.includes(' of '))).toEqual([
    '30 of 300 requests of users failed or took too long',
    '60 of 300 requests of users failed or took too long',
  ])
  expect(claims.filter(({ text }) => text === 'Status: over by itself')).toHaveLength(2)
})
