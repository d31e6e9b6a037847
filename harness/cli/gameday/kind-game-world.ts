import type { LiveOperation } from '../../../clusters/live/operate.ts'
import type { PeopleHands, TrialPeople } from '../../../clusters/stage/cluster-trial.ts'
import type { TrialEvent } from '../../model/event.ts'
import type { Scenario } from '../../model/scenario.ts'
import type { TrialPlan } from '../../model/trial.ts'
import type { TeamDeed } from '../../run/game-day.ts'
import { injectionOf } from '../../run/injection.ts'
import type { GameWorld } from './game-world.ts'
import { answerLines, callOf } from './sights.ts'

type Approval = 'approved' | 'rejected' | 'none'

/** What comes from a trial on a real cluster before people have their hands in it, and after. */
export interface KindTable {
  readonly people: TrialPeople
  /** Resolves at t = 0. */
  readonly started: Promise<PeopleHands>
  /** Ends the trial now. */
  end(): void
  /** New events of its log. */
  takeEvents(): TrialEvent[]
  /** @returns whether the engine waits for it. */
  answer(effectId: string, answer: Approval): boolean
}

/** @param timeoutMs how long the engine waits for people whom it asks */
export function kindTable(timeoutMs: number): KindTable {
  const { promise: started, resolve } = Promise.withResolvers<PeopleHands>()
  const ended = new AbortController()
  const asked = new Map<string, (answer: Approval) => void>()
  let events: TrialEvent[] = []
  const answer = (effectId: string, given: Approval) => {
    const waiting = asked.get(effectId)
    asked.delete(effectId)
    waiting?.(given)
    return waiting !== undefined
  }
  return {
    people: {
      onEvent: (t, type, data) => void events.push({ seq: 0, t, type, data } as unknown as TrialEvent),
      onStart: resolve,
      approve: effectId => {
        setTimeout(() => answer(effectId, 'none'), timeoutMs).unref()
        return new Promise(given => asked.set(effectId, given))
      },
      ended: ended.signal,
    },
    started,
    end: () => ended.abort(),
    takeEvents() {
      const taken = events
      events = []
      return taken
    },
    answer,
  }
}

export interface KindGame {
  readonly table: KindTable
  readonly hands: PeopleHands
  readonly plan: TrialPlan
  readonly service: string
  /** All that the manifests bring. */
  readonly services: readonly string[]
  readonly nameOf: (hash: string) => string
  readonly columns: number
  /** Hashes of the version that is rolled out, and of the one before it. */
  readonly hashes: () => { readonly current: string; readonly before: string }
  /** What another scenario would be in this trial. */
  readonly planOf: (scenario: Scenario) => TrialPlan
  /** Why it cannot be played here; empty where it can. */
  readonly unplayed: (plan: TrialPlan) => readonly string[]
}

/** A game on a real cluster: time passes there, whatever people do here. */
export function kindGameWorld(game: KindGame): GameWorld {
  const { table, hands, columns } = game
  let { plan } = game
  const nowMs = () => Math.min(plan.horizonMs, Date.now() - hands.startEpochMs)
  return {
    isReal: true,
    services: game.services,
    play() {},
    perform: deed => perform(game, deed, plan, nowMs()),
    look: async (sight, service) => {
      const answer = await hands.ask(callOf(sight, service ?? game.service, nowMs()))
      return answerLines(answer, game.nameOf, columns)
    },
    inject: async scenario => {
      const other = game.planOf(scenario)
      const injection = injectionOf(plan, scenario, other, nowMs())
      if (typeof injection === 'string') return injection
      if (injection.added.deployAtMs !== null && other.release.target !== 'env')
        return 'of releases only those that change the configuration can be injected into a real cluster'
      const [reason] = game.unplayed(other)
      if (reason !== undefined) return reason
      try {
        await hands.inject(injection.plan, injection.added)
        plan = injection.plan
        return ''
      } catch (error) {
        return `it did not begin: ${(error as Error).message}`
      }
    },
    takeEvents: table.takeEvents,
  }
}

function perform({ table, hands, hashes }: KindGame, deed: TeamDeed, plan: TrialPlan, nowMs: number): string {
  switch (deed.deed) {
    case 'page.acknowledged':
    case 'person.looked':
    case 'cause.found':
      hands.append(nowMs, deed.deed, {})
      return ''
    case 'person.decided':
      hands.append(nowMs, deed.deed, { decision: deed.decision })
      return ''
    case 'propose fix':
      return 'there is no forge on a real cluster: a repair is not reviewed or built there'
    case 'approval.answered':
      return table.answer(deed.effectId, deed.answer) ? '' : 'the engine waits for that no more'
    case 'operate': {
      const { current, before } = hashes()
      const operation = liveOperation(deed, plan, current, before)
      if (operation === undefined) return 'no flag was switched on here'
      // How it went is in the log.
      void hands.act('human', `person/${deed.operation}`, operation)
      return ''
    }
  }
}

function liveOperation(
  deed: Extract<TeamDeed, { deed: 'operate' }>,
  { incident }: TrialPlan,
  podTemplateHash: string,
  toHash: string,
): LiveOperation | undefined {
  switch (deed.operation) {
    case 'flagOff': {
      const flag = incident?.flag ?? null
      return flag === null ? undefined : { operation: 'flagOff', podTemplateHash, flag: flag.name, value: flag.before }
    }
    case 'undo':
      return { operation: 'undo', podTemplateHash, toHash }
    case 'scale':
      return { operation: 'scale', podTemplateHash, fromReplicas: null, replicas: deed.replicas }
    case 'restart':
      return { operation: 'restart', podTemplateHash, atMs: Date.now() }
    case 'restartPod':
      return { operation: 'restartPod', podTemplateHash, pod: deed.pod }
    default:
      return { operation: deed.operation, podTemplateHash }
  }
}
