import { requireTools } from '../../../clusters/kind/environment.ts'
import { runKindSuite } from '../../../clusters/kind/suite.ts'
import type { ClusterTrialResult } from '../../../clusters/stage/cluster-trial.ts'
import { Unavailable } from '../../../clusters/stage/unavailable.ts'
import { foldInstants } from '../../judge/instants.ts'
import { resultOf } from '../../judge/trial-result.ts'
import { rootCauseOf, variantsOf } from '../../model/scenario.ts'
import { readEvents } from '../../model/trial-log.ts'
import { planTrial } from '../../run/plan-trial.ts'
import { clusterSuite, clusterTrial, refuseWhatClustersHaveNot } from '../cluster-trial.ts'
import { deployedTopology } from '../deployed-topology.ts'
import { type SubjectOptions, subjectManifests } from '../load/load-subject.ts'
import { unplayedProblems } from '../unplayed-problems.ts'
import type { Played } from './courses.ts'
import type { GameClock } from './game-clock.ts'
import type { HeldGame } from './hold-game.ts'
import { kindGameWorld, kindTable } from './kind-game-world.ts'
import type { Session } from './session.ts'
import { type GameResult, holdAtTable, openSession, type Table, versionNames } from './table.ts'

/**
 * Holds a game on a kind cluster that is made for it, and deleted after it. Ctrl-C before it has begun ends it without a result.
 * @param cluster one that stands, and is left standing
 */
export async function gameOnKind(
  table: Table,
  subject: Pick<SubjectOptions, 'rollout' | 'analysis' | 'telemetry'>,
  cluster: string | undefined,
): Promise<GameResult> {
  const { planned, context, isLost } = table
  const { plan, trialPlan, team } = planned
  const scenario = plan.scenarios[0]!
  const manifests = subjectManifests(subject)
  refuseWhatClustersHaveNot([team], unplayedProblems([trialPlan], manifests, 'kind'))
  await requireTools()
  const seat = kindTable(plan.environment.parameters.people.approval.timeout.ms)
  const unit = { index: 0, scenario: 0, variant: trialPlan.variant, seed: trialPlan.seed }
  const topology = deployedTopology(plan.environment.topology, manifests)
  const trial = { ...clusterTrial(plan, unit, team, topology), people: seat.people }
  const setUp = new AbortController()
  const stopSetUp = () => setUp.abort(context.interrupted.reason)
  context.interrupted.addEventListener('abort', stopSetUp)
  if (context.interrupted.aborted) stopSetUp()
  const results: ClusterTrialResult[] = []
  const say = (line: string) => context.writeProgress(`${line}\n`)
  const suite = runKindSuite({
    ...(await clusterSuite(plan, manifests, topology, say, setUp.signal)),
    ...(cluster === undefined ? {} : { cluster }),
    trials: [trial],
    sideBySide: 1,
    onTrial: result => results.push(result),
  })
  let isOver = false
  const over = suite.finally(() => {
    isOver = true
  })
  over.catch(() => undefined)
  const hands = await Promise.race([seat.started, over.then(() => undefined)])
  if (hands === undefined) {
    const why = results.flatMap(({ problems }) => problems).join('; ')
    throw new Unavailable(`the game could not begin: ${why}`)
  }
  // From here on Ctrl-C ends the game, and what was played is kept.
  context.interrupted.removeEventListener('abort', stopSetUp)
  const nameOf = versionNames((): Session => opened.session)
  const world = kindGameWorld({
    table: seat,
    hands,
    plan: trialPlan,
    service: plan.environment.topology.subject,
    services: Object.keys(topology.services),
    nameOf,
    columns: context.columns,
    hashes: () => {
      const { rollout, versions } = opened.session.desk
      const current = rollout?.currentHash ?? hands.firstHash
      const stable = rollout?.stableHash ?? ''
      const earlier = versions.findLast(({ hash }) => hash !== current)?.hash ?? hands.firstHash
      const before = stable === '' || stable === current ? earlier : stable
      return { current, before }
    },
    unplayed: one => unplayedProblems([one], manifests, 'kind').map(({ message }) => message),
    planOf(other) {
      const seed = trialPlan.seed + opened.injections.length + 1
      return planTrial(other, variantsOf(other)[0]!, seed, plan.horizonMs, plan.environment)
    },
  })
  const opened = openSession(table, world)
  const isCut = () => (isLost() ? 'lost terminal' : isOver || results.length > 0 ? 'lost cluster' : undefined)
  let held: HeldGame
  try {
    held = await holdAtTable(table, opened.session, realClock(hands.startEpochMs), isCut)
  } catch (error) {
    setUp.abort(error)
    await over.catch(() => undefined)
    throw error
  }
  seat.end()
  // What was played is saved, whatever becomes of the cluster.
  const failure = await over.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (results[0] === undefined) throw failure ?? new Unavailable('the cluster was lost, and the trial with it')
  const { frames, problems } = results[0]
  for (const problem of problems) context.writeProgress(`${problem}\n`)
  const facts = foldInstants([...readEvents(frames)], trialPlan.truth, rootCauseOf(scenario, trialPlan.variant))
  const played: Played = {
    trial: resultOf({ ...trialPlan, policy: team.policy, level: team.level }, [frames], facts),
    frames,
  }
  return { held, played, injections: opened.injections, failure }
}

/** As fast as time itself. */
function realClock(startEpochMs: number): GameClock {
  const nowMs = () => Date.now() - startEpochMs
  return { nowMs, speed: () => 1, setSpeed() {}, pause() {}, goOn() {} }
}
