import type { TrialFacts } from '../../harness/judge/instants.ts'
import type { EventData, TrialEvent } from '../../harness/model/event.ts'

/** One thing that happened. */
export interface Moment {
  readonly atMs: number
  /** Instant of the judge, or whose deed it is. */
  readonly mark?: string
  readonly text: string
  readonly tone?: 'bold' | 'dim' | 'red' | 'green' | 'yellow'
}

/** Instants of the judge in the order of a deploy's life, in ms of trial time. */
export function instantsOf(facts: TrialFacts) {
  return {
    deployed: facts.deployedMs,
    onset: facts.onsetMs,
    detected: facts.detectedMs,
    acted: facts.actedMs,
    effective: facts.effectiveMs,
    recovered: facts.recoveredMs,
    resolved: facts.resolvedMs,
  }
}

const meanings: Readonly<Record<keyof ReturnType<typeof instantsOf>, string>> = {
  deployed: 'the release was updated',
  onset: 'the fault touched a request or a pod for the first time',
  detected: 'first alarm that blames the deploy, or first page where that is not to blame',
  acted: 'start of the last action that ended the fault',
  effective: 'the good version serves all traffic, or what else ends the fault is done',
  recovered: 'the last request or pod that the fault touched has ended',
  resolved: 'the intended change is live and healthy, and what was wrong is remedied',
}

/** What is worth seeing in a trial's log: the judge's instants, what people and automation did, and how the rollout went. */
export function momentsOfLog(events: readonly TrialEvent[], facts: TrialFacts): Moment[] {
  const names = revisionNames(events)
  const seen: Seen = { names, rollout: '', runs: new Map(), waiting: new Set() }
  const told = events.flatMap(event => {
    const moment = momentOf(event, seen)
    return moment === undefined ? [] : [{ atMs: event.t, ...moment, text: named(moment.text, names) }]
  })
  const instants = Object.entries(instantsOf(facts)).flatMap(([name, atMs]) =>
    atMs === null ? [] : [{ atMs, mark: name, text: meanings[name as keyof typeof meanings], tone: 'bold' as const }],
  )
  return [...told.filter(isLastOfShift), ...instants].sort((a, b) => a.atMs - b.atMs)
}

/** Tells each event that is worth seeing when it comes: nothing is judged yet, and no event waits for the next one. */
export function momentsAsTheyCome(): (event: TrialEvent) => Moment | undefined {
  const names = new Map<string, string>()
  const seen: Seen = { names, rollout: '', runs: new Map(), waiting: new Set() }
  return event => {
    nameRevision(names, event)
    const moment = momentOf(event, seen)
    if (moment === undefined) return undefined
    return { atMs: event.t, ...moment, text: named(moment.text, names) }
  }
}

const shiftMs = 5000

/** Pods begin to serve one after the other: of such a series only the end is told. */
function isLastOfShift({ mark, atMs }: Moment, i: number, all: readonly Moment[]): boolean {
  const next = all[i + 1]
  return mark !== 'traffic' || next?.mark !== 'traffic' || next.atMs - atMs > shiftMs
}

interface Seen {
  readonly names: ReadonlyMap<string, string>
  rollout: string
  readonly runs: Map<string, string>
  readonly waiting: Set<string>
}

type Told = Omit<Moment, 'atMs'>

function momentOf({ type, data }: TrialEvent, seen: Seen): Told | undefined {
  switch (type) {
    case 'release.updated':
      return { mark: 'release', text: `${data.podTemplateHash}, a ${data.release}: ${data.key} in ${data.file}` }
    case 'rollout.changed':
      return rolloutMoment(data, seen)
    case 'rollout.aborted':
      return { mark: data.actor, text: `the update to ${data.podTemplateHash} is aborted`, tone: 'yellow' }
    case 'analysisRun.changed':
      return runMoment(data, seen)
    case 'analysis.measured':
      if (data.phase === 'Successful') return undefined
      return { mark: 'analysis', text: `${data.metric} measured ${data.value || data.message}: ${data.phase}` }
    case 'pod.changed':
      return podMoment(data, seen)
    case 'traffic.shifted':
      return {
        mark: 'traffic',
        text:
          data.versions.map(({ podTemplateHash, pods }) => `${podTemplateHash} ${pods} pods`).join(', ') || 'no pods',
      }
    case 'look.missed':
      return { mark: 'telemetry', text: `no look: ${data.reason}`, tone: 'dim' }
    case 'connection.recovered':
      return {
        mark: 'connection',
        text: `went on after ${(data.tookMs / 1000).toFixed(1)} s: ${data.reason}`,
        tone: 'dim',
      }
    case 'detector.fired':
      return {
        mark: 'alarm',
        text: `${data.detector} blames ${data.blames ?? 'no revision'}: ${data.reason}`,
        tone: 'yellow',
      }
    case 'page.sent':
      return { mark: 'page', text: data.reason }
    case 'page.acknowledged':
      return { mark: 'person', text: 'acknowledges the page' }
    case 'person.looked':
      return { mark: 'person', text: 'has looked' }
    case 'person.decided':
      return { mark: 'person', text: `decides: ${data.decision}` }
    case 'cause.found':
      return { mark: 'person', text: 'has found the cause' }
    case 'fix.merged':
      return { mark: 'person', text: 'has merged a fix' }
    case 'flag.changed':
      return { mark: data.actor, text: `flag ${data.flag} is switched`, tone: 'yellow' }
    case 'commit.pushed':
      return { mark: 'commit', text: `${data.sha.slice(0, 7)} by ${data.author}: ${data.message}` }
    case 'pullRequest.opened':
      return { mark: 'review', text: `${data.author} opens #${data.number}: ${data.title}` }
    case 'pullRequest.reviewed':
      return { mark: 'review', text: `#${data.number} ${data.approved ? 'is approved' : 'needs changes'}` }
    case 'pullRequest.merged':
      return { mark: 'review', text: `#${data.number} is merged` }
    case 'pullRequest.closed':
      return { mark: 'review', text: `#${data.number} is closed` }
    case 'pipeline.finished':
      return {
        mark: 'pipeline',
        text: `${data.sha.slice(0, 7)} ${data.ok ? 'is built' : 'failed, and is built again'}`,
        ...(data.ok ? {} : { tone: 'yellow' }),
      }
    case 'operation.started':
      return { mark: data.actor, text: `${data.operation} of ${data.podTemplateHash} begins` }
    case 'operation.finished':
      return data.ok
        ? { mark: data.actor, text: `${data.operation} is done` }
        : { mark: data.actor, text: `${data.operation} failed: ${data.message}`, tone: 'red' }
    case 'incident.opened':
      return { mark: 'incident', text: `opened: ${data.reason}`, tone: 'yellow' }
    case 'incident.closed':
      return { mark: 'incident', text: `closed: ${data.reason}` }
    case 'tool.answered':
      return { mark: 'tool', text: `${data.tool}: ${data.summary}`, tone: data.ok ? 'dim' : 'yellow' }
    case 'diagnosis.made':
      return diagnosisMoment(data)
    case 'diagnosis.read':
      return { mark: 'person', text: `reads the diagnosis and ${data.believed ? 'goes on from it' : 'searches on'}` }
    case 'proposal.made':
      return { mark: 'engine', text: `proposes #${data.number} by the rule ${data.rule}` }
    case 'gate.decided':
      return {
        mark: 'gate',
        text: [`${data.class}: ${data.verdict}`, ...data.reasons].join('; '),
        ...(data.verdict === 'deny' ? { tone: 'yellow' } : {}),
      }
    case 'approval.asked':
      return { mark: 'engine', text: 'asks people to approve' }
    case 'approval.answered':
      return { mark: 'person', text: data.answer === 'none' ? 'does not answer in time' : data.answer }
    case 'action.verified':
      return { mark: 'verify', text: `${data.outcome}: ${data.reason}` }
    case 'threshold.changed':
      return {
        mark: data.actor,
        text: `the limit of ${data.metric} in ${data.template} becomes ${data.toValue}, from ${data.fromValue}`,
      }
    case 'trial.invalidated':
      return { mark: 'trial', text: `not valid: ${data.reason}`, tone: 'red' }
    default:
      return undefined
  }
}

function diagnosisMoment({ verdict, ranked }: EventData<'diagnosis.made'>): Told {
  const [best] = ranked
  const isNamed = verdict !== 'inconclusive' && best !== undefined
  const text = isNamed
    ? `${best.kind} of ${best.entity}, ${Math.round(best.share * 100)} % (${verdict})`
    : 'nothing can be said (inconclusive)'
  return { mark: 'diagnosis', text, tone: 'bold' }
}

function rolloutMoment(data: EventData<'rollout.changed'>, seen: Seen): Told | undefined {
  const { phase, message, currentStepIndex, stepCount } = data
  const step = currentStepIndex < stepCount ? `, step ${currentStepIndex + 1} of ${stepCount}` : ''
  const text = `${phase}${step}${message === '' ? '' : `: ${message}`}`
  if (text === seen.rollout) return undefined
  seen.rollout = text
  return { mark: 'rollout', text, ...(phase === 'Degraded' ? { tone: 'red' } : {}) }
}

function runMoment({ name, kind, phase, message }: EventData<'analysisRun.changed'>, seen: Seen): Told | undefined {
  if (phase === 'Pending' || seen.runs.get(name) === phase) return undefined
  seen.runs.set(name, phase)
  return { mark: 'analysis', text: `${kind} run ${name}: ${phase}${message === '' ? '' : `, ${message}`}` }
}

/** The first pod of a version that waits for a reason stands for all; containers are created all the time. */
function podMoment(data: EventData<'pod.changed'>, seen: Seen): Told | undefined {
  const { podTemplateHash, waitingReason, name } = data
  const key = `${podTemplateHash} ${waitingReason}`
  if (waitingReason === '' || waitingReason === 'ContainerCreating' || seen.waiting.has(key)) return undefined
  seen.waiting.add(key)
  return { mark: 'pod', text: `${name} waits, the first one: ${waitingReason}`, tone: 'yellow' }
}

/** `r1`, `r2`, … for the hashes of revisions, in the order in which they came. */
export function revisionNames(events: readonly TrialEvent[]): Map<string, string> {
  const names = new Map<string, string>()
  for (const event of events) nameRevision(names, event)
  return names
}

function nameRevision(names: Map<string, string>, { type, data }: TrialEvent): void {
  // On a real cluster a release is known by its hash before it is declared.
  if (type === 'rollout.changed' && data.currentHash !== '' && !names.has(data.currentHash))
    names.set(data.currentHash, `r${data.revision}`)
  if (type === 'release.updated' && !names.has(data.podTemplateHash))
    names.set(data.podTemplateHash, `r${data.revision}`)
}

function named(text: string, names: ReadonlyMap<string, string>): string {
  return [...names].reduce((told, [hash, name]) => told.replaceAll(hash, name), text)
}
