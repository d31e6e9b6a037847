import { record, show } from '../../clusters/sim/world.ts'
import type { Proposal } from '../model/effect.ts'
import type { Observation } from '../model/observation.ts'
import { type ForgeEvent, fileWith, flagsFile, nextPurpose, type PullRequest } from './forge/forge.ts'
import { isReadable, kindOf, type ReleaseKind, valuesIn } from './forge/release-content.ts'
import { closePullRequest, hurryReviews, openPullRequest } from './forge.ts'
import { isAtWork } from './people/person.ts'
import { seeProposal } from './people.ts'
import type { Run } from './row.ts'

type State = Extract<Observation, { type: 'pullRequest.changed' }>['state']

/** Author of what the engine proposes. */
const engine = 'engine'

/**
 * The engine opens a pull request, and is shown what becomes of it. Whoever is on the incident hurries to review it; others come to it as
 * to any other.
 */
export function openProposal(run: Run, effectId: string, proposal: Proposal): void {
  const { forge, setting, world, person } = run
  const { incident, rule, title, description, file } = proposal
  followFlag(run)
  const changes = proposal.changes.map(({ key, toValue }) => ({ file, key, toValue }))
  const contents = fileWith(forge, file, changes)
  const isRelease = file === setting.subject.release.file
  const builds = changes.length > 0 && (!isRelease || isReadable(setting, valuesIn(setting, contents)))
  // A repair is reviewed and built as quickly, and as often in vain, as if a person had proposed it: draws are keyed by what it is.
  const kind = file === flagsFile ? 'flags' : isRelease ? kindOf(setting.plan, valuesIn(setting, contents)) : 'other'
  const purpose = nextPurpose(forge, kind === 'retry' ? 'other' : kind)
  const urgent = isAtWork(person)
  const event = openPullRequest(
    forge,
    setting.parameters.forge,
    { author: engine, title, description, changes, purpose, urgent, effectId, builds },
    world.nowMs,
  )
  const { number } = event.data
  record(world, event.type, event.data)
  record(world, 'proposal.made', { effectId, incident, rule, number })
  tell(run, number, 'opened')
}

/** Somebody has looked at the incident: what the engine proposes for it waits no longer than needed. */
export function hurryProposals({ forge, setting, world }: Run): void {
  hurryReviews(forge, setting.parameters.forge, world.nowMs)
}

/** Whether the engine proposes something for the release that a person would wait for: more than to take it back as a whole. */
export function isFixProposed(run: Run): boolean {
  return run.forge.pullRequests.some(one => isOpenOfEngine(one) && (kindIn(run, one) ?? 'revert') !== 'revert')
}

/** What the engine proposed for a file is not needed any more. */
export function closeProposals(run: Run, file: string): void {
  for (const one of run.forge.pullRequests) {
    if (!isOpenOfEngine(one) || one.changes[0]?.file !== file) continue
    for (const event of closePullRequest(run.forge, one.number)) {
      record(run.world, event.type, event.data as never)
      followProposal(run, event)
    }
  }
}

/** Whether a proposal would end what is wrong, by what its file would hold. */
export function wouldHeal(run: Run, pullRequest: PullRequest): boolean {
  const { setting, world, forge } = run
  const { truth, incident } = setting.plan
  if (pullRequest.changes[0]?.file === flagsFile) {
    const flag = incident?.flag ?? null
    if (flag === null || !world.incidentOn) return false
    return fileWith(forge, flagsFile, pullRequest.changes)[flag.name] === flag.before
  }
  const kind = kindIn(run, pullRequest)
  return truth.deploy === 'revert' && kind !== null && kind !== 'retry'
}

/** Tells engine and people what has become of a proposal of the engine. */
export function followProposal(run: Run, { type, data }: ForgeEvent): void {
  if (type !== 'pullRequest.reviewed' && type !== 'pullRequest.merged' && type !== 'pullRequest.closed') return
  const { number } = data
  const pullRequest = run.forge.pullRequests[number - 1]!
  if (pullRequest.effectId === null) return
  if (type === 'pullRequest.reviewed') {
    if (pullRequest.review === 'changes requested' && pullRequest.state === 'open')
      tell(run, number, 'changes requested')
    return
  }
  const state = type === 'pullRequest.merged' ? 'merged' : 'closed'
  tell(run, number, state)
  seeProposal(run.person, run.setting.parameters.people, run.world.nowMs, state)
}

export function tell({ forge, world }: Run, number: number, state: State): void {
  const { effectId } = forge.pullRequests[number - 1]!
  if (effectId !== null) show(world, { t: world.nowMs, type: 'pullRequest.changed', effectId, number, state })
}

/** What would be released if it were merged; null where it changes another file. */
function kindIn({ forge, setting }: Run, { changes }: PullRequest): ReleaseKind | null {
  const { file } = setting.subject.release
  if (changes[0]?.file !== file) return null
  return kindOf(setting.plan, valuesIn(setting, fileWith(forge, file, changes)))
}

function isOpenOfEngine({ state, effectId }: PullRequest): boolean {
  return state === 'open' && effectId !== null
}

/** Whoever switches a flag by hand changes the file with it. */
function followFlag({ forge, setting, world }: Run): void {
  const flag = setting.plan.incident?.flag ?? null
  if (flag === null) return
  forge.files[flagsFile] = { ...forge.files[flagsFile], [flag.name]: world.incidentOn ? flag.after : flag.before }
}
