import { describe, expect, test } from 'vitest'
import { diagnosisOf, type HandRun, proposalOf, runByHand } from './fixtures/hand-run.ts'
import { errorsOf, eventsOf, rowOf, scenarioOf } from './fixtures/trials.ts'
import { askApproval, readDiagnosis } from './people-in-run.ts'
import { openProposal } from './proposals-in-run.ts'
import type { Run } from './row.ts'

const file = 'rollout.yaml'
const image = scenarioOf('wrong-image')
const oneKey = errorsOf(0.5)
const seeds = [1, 2, 3, 4, 5, 6, 7, 8]

const states = ({ shown }: HandRun) => shown.map(one => (one.type === 'pullRequest.changed' ? one.state : one.type))
const released = (hand: HandRun) => eventsOf(hand, 'release.updated').map(({ data }) => data.release)
const proposedBy = (hand: HandRun, author: string) =>
  eventsOf(hand, 'pullRequest.opened').filter(({ data }) => data.author === author)
const at = (minutes: number, what: (run: Run) => void) => ({ atMs: minutes * 60_000 + 7, what })
const fixOf = ({ setting: { plan } }: Run) => proposalOf(file, { image: plan.release.before })
const revertOf = ({ setting: { plan } }: Run) => proposalOf(file, { 'env RELEASE': plan.release.before })
const propose = (make: (run: Run) => ReturnType<typeof proposalOf>) => (run: Run) => openProposal(run, 'e/1', make(run))
const lastHealthy = (hand: HandRun) =>
  eventsOf(hand, 'rollout.changed').findLast(({ data }) => data.phase === 'Healthy')!.t

describe('a pull request of the engine that repairs the wrong key', () => {
  const hands = seeds.map(seed => ({
    alone: runByHand(image, [], { seed }),
    told: runByHand(image, [at(10, propose(fixOf))], { seed }),
  }))
  const merged = hands.filter(({ told }) => states(told).includes('merged'))

  test('is mostly reviewed, merged, built and released, and nobody writes another fix', () => {
    expect(merged.length).toBeGreaterThan(seeds.length / 2)
    for (const { told } of merged) {
      expect(states(told).filter(state => state !== 'changes requested')).toEqual(['opened', 'merged', 'released'])
      expect(released(told)).toEqual(['deploy', 'fix'])
      const [made] = eventsOf(told, 'proposal.made')
      expect(made!.data).toEqual({ effectId: 'e/1', incident: 'i1', rule: 'by-hand', number: 1 })
      const [opened] = proposedBy(told, 'engine')
      expect(opened!.data).toMatchObject({ number: 1, title: 'Repair', description: 'why' })
      expect(proposedBy(told, 'on-call')).toEqual([])
      expect(eventsOf(told, 'fix.merged')).toHaveLength(1)
      const [built] = eventsOf(told, 'pipeline.finished').filter(({ data }) => data.number === 1 && data.ok)
      expect(eventsOf(told, 'release.updated')[1]!.t).toBeGreaterThanOrEqual(built!.t)
    }
  })

  test('keeps what the release is for, which is live sooner than by people alone: review and build go as they would have gone', () => {
    for (const { alone, told } of merged) {
      const [, fix] = eventsOf(told, 'release.updated')
      expect(fix!.data.alsoChanged).toEqual([])
      expect(lastHealthy(told)).toBeLessThan(lastHealthy(alone))
      const builds = (hand: HandRun) =>
        eventsOf(hand, 'pipeline.finished').flatMap(({ t, data }) => (data.number === 1 ? [t - data.startedMs] : []))
      expect(builds(told)).toEqual(builds(alone))
    }
  })
})

describe('a pull request of the engine that only takes back', () => {
  const hands = seeds.map(seed => runByHand(oneKey, [at(10, propose(revertOf))], { seed }))
  const merged = hands.filter(hand => states(hand).includes('released'))

  test('is released as a revert, of which nobody is called again, and people write the fix still', () => {
    expect(merged.length).toBeGreaterThan(2)
    for (const hand of merged) {
      expect(released(hand)).toEqual(['deploy', 'revert', 'fix'])
      expect(eventsOf(hand, 'page.sent')).toHaveLength(1)
      const [own] = proposedBy(hand, 'on-call')
      const { before, repaired } = hand.run.setting.plan.release
      expect(own!.data.changes.map(({ fromValue, toValue }) => [fromValue, toValue])).toEqual([[before, repaired]])
    }
  })

  test('is closed when somebody proposes a fix before it is merged', () => {
    const closed = hands.filter(hand => states(hand).at(-1) === 'closed' && proposedBy(hand, 'on-call').length > 0)
    for (const hand of closed) expect(released(hand)).toEqual(['deploy', 'fix'])
    expect(closed.length + merged.length).toBe(seeds.length)
  })
})

describe('a wrong pull request of the engine', () => {
  const wrong = ({ setting: { plan } }: Run) => proposalOf(file, { 'env RELEASE': plan.release.intent!.before })
  const hands = seeds.map(seed => runByHand(image, [at(10, propose(wrong))], { seed }))

  test('is mostly refused, and people repair the release after that', () => {
    const refused = hands.filter(hand => states(hand).includes('closed'))
    expect(refused.length).toBeGreaterThan(seeds.length / 2)
    for (const hand of refused) expect(released(hand)).toEqual(['deploy', 'fix'])
  })

  test('that is merged is rolled out as the bad release that it still is, and ends like one', () => {
    const merged = [
      ...hands,
      runByHand(image, [
        at(10, run => {
          propose(wrong)(run)
          // Whoever reviews it overlooks what is wrong.
          Object.assign(run.forge.pullRequests[0]!, { review: 'approved', reviewAtMs: null })
        }),
      ]),
    ].filter(hand => states(hand).includes('released'))
    expect(merged).not.toEqual([])
    for (const hand of merged) {
      expect(released(hand).slice(0, 2)).toEqual(['deploy', 'retry'])
      expect(eventsOf(hand, 'rollout.aborted').length).toBeGreaterThan(1)
    }
  })

  test('that nothing could read is closed by its tests', () => {
    const garbled = () => proposalOf(file, { 'env RELEASE': 'no such text' })
    const hand = runByHand(oneKey, [at(10, propose(garbled))])
    expect(states(hand)).toEqual(['opened', 'closed'])
    expect(eventsOf(hand, 'pullRequest.reviewed').filter(({ data }) => data.number === 1 && data.approved)).toEqual([])
  })
})

describe('a flag', () => {
  const flags = scenarioOf('feature-flag')
  const row = rowOf('always-roll-back', 'L0')
  const turnOff = ({ setting: { plan } }: Run) =>
    proposalOf('flags.yaml', { 'new-pricing': plan.incident!.flag!.before })

  test('that is turned off by a pull request is not turned off again by whoever finds the cause', () => {
    const merged = seeds
      .map(seed => runByHand(flags, [at(10, propose(turnOff))], { seed, row }))
      .filter(hand => states(hand).includes('released'))
    expect(merged.length).toBeGreaterThan(1)
    for (const hand of merged) {
      const offs = eventsOf(hand, 'operation.started').filter(({ data }) => data.operation === 'flagOff')
      expect(offs.map(({ data }) => data.actor)).toEqual(['human'])
      const [opened] = proposedBy(hand, 'engine')
      const { before, after } = hand.run.setting.plan.incident!.flag!
      expect(opened!.data.changes).toEqual([
        { file: 'flags.yaml', key: 'new-pricing', fromValue: after, toValue: before },
      ])
      const [built] = eventsOf(hand, 'pipeline.finished').filter(({ data }) => data.number === 1)
      expect(offs[0]!.t).toBe(built!.t)
    }
  })

  test('that somebody turns off by hand needs no pull request any more', () => {
    const closed = seeds
      .map(seed => runByHand(flags, [at(10, propose(turnOff))], { seed, row }))
      .filter(hand => states(hand).at(-1) === 'closed')
    expect(closed.length).toBeGreaterThan(1)
    for (const hand of closed) {
      const off = eventsOf(hand, 'operation.started').find(({ data }) => data.operation === 'flagOff')
      const closedMs = eventsOf(hand, 'pullRequest.closed')[0]!.t
      const refused = eventsOf(hand, 'pullRequest.reviewed').some(({ t, data }) => t === closedMs && !data.approved)
      expect(off!.t === closedMs).toBe(!refused)
    }
  })
})

describe('a diagnosis', () => {
  const foundMs = (hand: HandRun) => eventsOf(hand, 'cause.found')[0]!.t

  test.each([
    ['that is right ends the search', 'errors', 'likely', true],
    ['that is wrong makes it longer', 'dependency', 'confirmed', false],
    ['that concludes nothing changes nothing', 'errors', 'inconclusive', false],
  ] as const)('%s', (_, kind, verdict, believed) => {
    for (const seed of seeds.slice(0, 4)) {
      const alone = runByHand(oneKey, [], { seed })
      const told = runByHand(oneKey, [at(8, run => readDiagnosis(run, diagnosisOf(kind, verdict)))], { seed })
      const [read] = eventsOf(told, 'diagnosis.read')
      if (read === undefined) continue
      expect(read.data).toEqual({ incident: 'i1', believed })
      if (believed) expect(foundMs(told)).toBe(read.t)
      else if (verdict === 'confirmed') expect(foundMs(told)).toBeGreaterThan(foundMs(alone))
      else
        expect(told.events.filter(({ type }) => type !== 'diagnosis.read').map(({ t }) => t)).toEqual(
          alone.events.map(({ t }) => t),
        )
    }
  })

  test('of a harmless release is wrong whatever it names', () => {
    const row = rowOf('always-roll-back')
    const hand = runByHand(oneKey, [at(8, run => readDiagnosis(run, diagnosisOf('errors')))], { variant: 'twin', row })
    expect(eventsOf(hand, 'diagnosis.read').map(({ data }) => data.believed)).toEqual([false])
  })
})

test('a question in chat is answered once, to people and engine alike', () => {
  const hand = runByHand(oneKey, [at(10, run => askApproval(run, 'e/9', 'i1', '{"class":"scale"}', true))])
  expect(eventsOf(hand, 'approval.asked').map(({ data }) => data)).toEqual([
    { effectId: 'e/9', incident: 'i1', action: '{"class":"scale"}' },
  ])
  const [answered] = eventsOf(hand, 'approval.answered')
  expect(hand.shown).toEqual([{ type: 'approval.answered', t: answered!.t, ...answered!.data }])
  expect(answered!.t - 10 * 60_000).toBeLessThanOrEqual(15 * 60_000 + 7)
})
