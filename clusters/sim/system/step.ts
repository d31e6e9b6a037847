import { buildStations } from './build-stations.ts'
import { concluded } from './conclude.ts'
import { flowSettled, flowShort } from './flows.ts'
import { flatten, type SystemInputs } from './inputs.ts'
import { createKnownOutcomes, type KnownOutcomes, outcomeOf, rememberOutcome } from './known-outcomes.ts'
import { remembered, restored } from './memory.ts'
import type { SystemModel } from './model.ts'
import type { SystemOutcome } from './outcome.ts'
import { answerAll } from './responses.ts'
import type { Pool, Storm, SystemState } from './state.ts'
import type { Station, Stations } from './station.ts'
import { count, createTally } from './tally.ts'

/** While every utilisation is below this, and nothing waits, a system is in the state that its inputs alone decide. */
const calmUtilisation = 0.9

/**
 * Length of the short steps in which queues and retries are followed. What a service starts in one goes by how its callees answered in the
 * one before: where that is long, a backlog floods a callee and starves it in turns, a storm of the method's own. Half of this length
 * changes bad requests by a few per cent; twice as much doubles them where pods are added to a full queue.
 */
const shortStepMs = 50

/** Rounds in which rates and answers have to agree; each one reaches a level of retries further. */
const maxRounds = 6
const settledWithin = 1e-9

/**
 * Lets the services work for a while under constant inputs: a mean-field model without randomness. While it is calm that is one steady state,
 * which the inputs alone decide; else queues are fluids that grow and drain, and retries are made when their time comes.
 * @param state is changed in place.
 * @returns never changed afterwards; the same object again where nothing differs.
 * @throws RangeError where a version calls a service that it cannot call.
 */
export function stepSystem(model: SystemModel, state: SystemState, inputs: SystemInputs, dtMs: number): SystemOutcome {
  const { storm } = state
  if (storm !== null && isWaiting(storm)) return stepStorm(model, state, inputs, dtMs, restored(model, inputs, storm))
  const known = calmOutcomesOf(model)
  const row = flatten(model, inputs)
  if (storm === null) {
    const outcome = outcomeOf(known, row)
    if (outcome !== undefined) return outcome
  }
  const settled = buildStations(model, inputs)
  settle(model, settled, inputs.entryRatePerS)
  if (isBelow(settled, calmUtilisation) && (storm === null || !hasMorePending(storm, settled, dtMs))) {
    const tally = createTally(model, settled)
    count(tally, model, settled)
    const outcome = concluded(tally, model, inputs, settled)
    state.storm = null
    rememberOutcome(known, row, outcome)
    return outcome
  }
  return stepStorm(model, state, inputs, dtMs, storm === null ? settled : restored(model, inputs, storm))
}

/** By model and inputs: worlds that come by the same inputs share what they come to. */
const calmOutcomes = new WeakMap<SystemModel, KnownOutcomes>()

function calmOutcomesOf(model: SystemModel): KnownOutcomes {
  let known = calmOutcomes.get(model)
  if (known === undefined) {
    known = createKnownOutcomes()
    calmOutcomes.set(model, known)
  }
  return known
}

/** Rates and answers that agree with each other, no queue ahead of anyone. */
function settle(model: SystemModel, stations: Stations, entryRatePerS: number): void {
  const all = stations.byNode.flat()
  flowSettled(model, stations, entryRatePerS)
  for (let round = 0; round < maxRounds; round++) {
    const before = all.map(({ arrivalPerS }) => arrivalPerS)
    answerAll(model, stations)
    flowSettled(model, stations, entryRatePerS)
    if (all.every(({ arrivalPerS }, i) => Math.abs(arrivalPerS - before[i]!) <= settledWithin * arrivalPerS)) return
  }
}

function stepStorm(
  model: SystemModel,
  state: SystemState,
  inputs: SystemInputs,
  dtMs: number,
  stations: Stations,
): SystemOutcome {
  const { shortSteps, stepS } = shortStepsOf(dtMs)
  const steps = state.storm?.steps ?? 0
  for (const station of stations.byNode.flat()) makeRings(station, stepS)
  const tally = createTally(model, stations)
  for (let i = 0; i < shortSteps; i++) {
    answerAll(model, stations)
    flowShort(model, stations, inputs.entryRatePerS, stepS, steps + i)
    count(tally, model, stations)
  }
  state.storm = remembered(model, stations, steps + shortSteps)
  return concluded(tally, model, inputs, stations)
}

function shortStepsOf(dtMs: number): { shortSteps: number; stepS: number } {
  const shortSteps = Math.max(1, Math.round(dtMs / shortStepMs))
  return { shortSteps, stepS: dtMs / 1000 / shortSteps }
}

/** A retry comes at the latest when its attempt has timed out. */
function makeRings({ links }: Station, stepS: number): void {
  for (const link of links) {
    if (link.retries === 0) continue
    const slots = Math.round(link.timeoutS / stepS) + 2
    if (link.slots === slots) continue
    link.slots = slots
    link.pending = new Float64Array(link.retries * slots)
  }
}

function isWaiting({ nodes, versions }: Storm): boolean {
  const waits = ({ backlog, links }: Pool) => backlog > 0 || links.some(link => link.backlog > 0)
  return nodes.some(waits) || versions.some(({ pool }) => waits(pool))
}

function isBelow({ byNode }: Stations, utilisation: number): boolean {
  return byNode.every(stations =>
    stations.every(
      ({ answer, links }) =>
        answer.utilisation < utilisation &&
        answer.cpuUtilisation < utilisation &&
        links.every(({ poolUtilisation }) => poolUtilisation < utilisation),
    ),
  )
}

/** More retries are to come than a settled system would have: some of them may yet fill a queue. */
function hasMorePending({ nodes, versions }: Storm, { byNode }: Stations, dtMs: number): boolean {
  const { stepS } = shortStepsOf(dtMs)
  const some = [...nodes, ...versions.map(({ pool }) => pool)].flatMap(({ links }) => links)
  const pending = sum(some.map(link => link.pending.reduce((total, rate) => total + rate * stepS, 0)))
  const settled = byNode.flat().flatMap(({ links }) => links)
  const expected = sum(
    settled.map(link => {
      if (link.attemptFailedRatio === 0) return 0
      const timedOut = link.attemptTimedOutRatio / link.attemptFailedRatio
      const retriesPerS = link.attemptsPerS * (1 - 1 / link.attemptsPerCall)
      return retriesPerS * (timedOut * link.timeoutS + (1 - timedOut) * stepS)
    }),
  )
  return pending > 1.05 * expected + 1e-3
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
