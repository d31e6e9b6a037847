import type { Environment } from '../../clusters/sim/world-setting.ts'
import { type Behaviour, harmless } from '../model/behaviour.ts'
import { type AnalysisTrouble, type FaultSpec, faults, type MagnitudeSpec } from '../model/fault.ts'
import { encodeReference, encodeRelease, type ReleasePatch } from '../model/release.ts'
import { faultOf, type Scenario, truthOf, type Variant } from '../model/scenario.ts'
import type { Disturbances, Incident, TrialPlan } from '../model/trial.ts'
import { lognormalQuantile } from '../stats/quantiles.ts'
import { betaincInverse, normalCdf } from '../stats/special.ts'
import { streamKey, uniform } from '../stats/uniform.ts'
import { drawDecoy } from './draw-decoy.ts'
import { drawDisturbances } from './draw-disturbances.ts'
import { planLoad } from './plan-load.ts'
import { trueCauses } from './true-causes.ts'

/** People's events run on to a day after the trial's start. */
const endMs = 24 * 3_600_000

/** Draws what the seed decides: magnitudes of faults, instants, the service's own error ratio. */
export function planTrial(
  scenario: Scenario,
  variant: Variant,
  seed: number,
  horizonMs: number,
  environment: Environment,
): TrialPlan {
  const key = (stream: string) => streamKey(seed, scenario.name, stream)
  const draw = (stream: string) => uniform(key(stream), 0)
  const deploy = scenario.deploys[0]
  const fault = faultOf(scenario)
  const behaviour = variant === 'faulty' && fault !== undefined ? drawBehaviour(fault, draw) : harmless
  const inDeploy = scenario.incidents.length === 0
  const salt = (what: string) => `${seed}/${scenario.name}/${what}`
  const incident = incidentOf(
    scenario,
    behaviour,
    variant === 'faulty' ? analysisTrouble(fault, draw) : undefined,
    salt,
  )
  return {
    scenario: scenario.name,
    family: scenario.family,
    variant,
    seed,
    truth: truthOf(scenario, variant),
    causes: trueCauses(scenario, variant),
    deployAtMs: deploy?.at ?? null,
    behaviour: inDeploy ? behaviour : harmless,
    release: inDeploy
      ? patchOf(fault, behaviour, variant === 'faulty', salt)
      : patchOf(undefined, harmless, false, salt),
    incident,
    decoy: drawDecoy(environment, horizonMs, draw),
    requestsPerSecond: scenario.load.requestsPerSecond,
    load: planLoad(scenario.load, environment.parameters.traffic, key, horizonMs),
    dispersionIndex: scenario.load.dispersionIndex,
    baseErrorRatio: drawBaseErrorRatio(scenario.baseErrorRatio, draw('base error ratio')),
    disturbances: silenced(drawDisturbances(scenario.disturbances, draw), incident),
    noiseFree: false,
    horizonMs,
    endMs,
  }
}

/** Faulty and harmless change are one patch of the same keys. */
function patchOf(
  fault: FaultSpec | undefined,
  behaviour: Behaviour,
  isFaulty: boolean,
  salt: (what: string) => string,
): ReleasePatch {
  const target = fault === undefined ? 'env' : faults[fault.kind]!.target
  const tells = target === 'env' || target === 'setting'
  const value = (what: string, broken: boolean) =>
    tells ? encodeRelease(broken ? behaviour : harmless, salt(what)) : encodeReference(!broken, salt(what))
  const intended = (what: string) => encodeRelease(harmless, salt(`intent ${what}`))
  return {
    target,
    before: value('before', false),
    after: value('after', isFaulty),
    repaired: value('repaired', false),
    intent: target === 'env' ? null : { before: intended('before'), after: intended('after') },
  }
}

function incidentOf(
  { incidents }: Scenario,
  behaviour: Behaviour,
  analysis: AnalysisTrouble | undefined,
  salt: (what: string) => string,
): Incident | null {
  const [incident] = incidents
  if (incident === undefined) return null
  const { at: atMs, flag } = incident
  if (flag === undefined) return { atMs, behaviour, flag: null, analysis }
  const before = encodeRelease(harmless, salt('flag off'))
  return { atMs, behaviour, flag: { name: flag, before, after: encodeRelease(behaviour, salt('flag on')) } }
}

/** While Prometheus is silent nothing at all is measured. */
function silenced(disturbances: Disturbances, incident: Incident | null): Disturbances {
  if (incident?.analysis?.kind !== 'silence') return disturbances
  const { atMs, analysis } = incident
  const window = { fromMs: atMs, toMs: atMs + Math.round(analysis.silentMs) }
  return { ...disturbances, prometheusDown: [...disturbances.prometheusDown, window] }
}

function analysisTrouble(fault: FaultSpec | undefined, draw: (stream: string) => number): AnalysisTrouble | undefined {
  return fault === undefined ? undefined : faults[fault.kind]!.analysis?.(drawMagnitudes(fault, draw))
}

function drawBehaviour(spec: FaultSpec, draw: (stream: string) => number): Behaviour {
  const fault = faults[spec.kind]!
  const named = Object.keys(fault.names ?? {}).map(name => [name, spec[name]])
  return fault.behaviour(drawMagnitudes(spec, draw), Object.fromEntries(named))
}

function drawMagnitudes({ kind, ...specs }: FaultSpec, draw: (stream: string) => number): Record<string, number> {
  const drawn = Object.keys(faults[kind]!.parameters).map(name => [
    name,
    drawMagnitude(specs[name] as MagnitudeSpec, draw(`fault/${name}`)),
  ])
  return Object.fromEntries(drawn)
}

/** A lognormal restricted to [min, max]: u is mapped into the law's own probability of that interval. */
function drawMagnitude(spec: MagnitudeSpec, u: number): number {
  if (typeof spec === 'number') return spec
  const { median, sigma, min, max } = spec
  const low = normalCdf(Math.log(min / median) / sigma)
  const high = normalCdf(Math.log(max / median) / sigma)
  return Math.min(max, Math.max(min, lognormalQuantile(low + u * (high - low), median, sigma)))
}

function drawBaseErrorRatio(spec: Scenario['baseErrorRatio'], u: number): number {
  if (typeof spec === 'number') return spec
  const { mean, sd } = spec
  if (mean === 0 || sd === 0) return mean
  const size = (mean * (1 - mean)) / (sd * sd) - 1
  return betaincInverse(u, mean * size, (1 - mean) * size)
}
