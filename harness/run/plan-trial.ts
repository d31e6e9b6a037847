import { harmless } from '../model/behaviour.ts'
import { type FaultSpec, faults, type MagnitudeSpec } from '../model/fault.ts'
import { leaveAlone } from '../model/ground-truth.ts'
import { encodeRelease } from '../model/release.ts'
import type { Instant, Scenario, Variant } from '../model/scenario.ts'
import type { TrialPlan, Window } from '../model/trial.ts'
import { lognormalQuantile } from '../stats/quantiles.ts'
import { betaincInverse, normalCdf } from '../stats/special.ts'
import { streamKey, uniform } from '../stats/uniform.ts'

/** People's events run on to a day after the trial's start. */
const endMs = 24 * 3_600_000

/** Draws what the seed decides: magnitudes of faults, instants, the service's own error ratio. */
export function planTrial(scenario: Scenario, variant: Variant, seed: number, horizonMs: number): TrialPlan {
  const draw = (stream: string) => uniform(streamKey(seed, scenario.name, stream), 0)
  const window = (at: Instant, length: Instant, stream: string): Window => {
    const fromMs = drawInstant(at, draw(`${stream}/at`))
    return { fromMs, toMs: fromMs + drawInstant(length, draw(`${stream}/for`)) }
  }
  const deploy = scenario.deploys[0]!
  const faulty = variant === 'faulty' && deploy.fault !== undefined
  const disturbances = scenario.disturbances.map((disturbance, i) => ({
    ...disturbance,
    ...window(disturbance.at, disturbance.for, `disturbance/${i}`),
  }))
  const behaviour = faulty ? drawBehaviour(deploy.fault!, draw) : harmless
  const salt = (what: string) => `${seed}/${scenario.name}/${what}`
  return {
    scenario: scenario.name,
    family: scenario.family,
    variant,
    seed,
    truth: variant === 'twin' ? leaveAlone : deploy.truth,
    deployAtMs: deploy.at,
    behaviour,
    release: {
      before: encodeRelease(harmless, salt('before')),
      after: encodeRelease(behaviour, salt('after')),
      repaired: encodeRelease(harmless, salt('repaired')),
    },
    requestsPerSecond: scenario.load.requestsPerSecond,
    dispersionIndex: scenario.load.dispersionIndex,
    baseErrorRatio: drawBaseErrorRatio(scenario.baseErrorRatio, draw('base error ratio')),
    outages: disturbances.filter(one => one.kind === 'dependency-outage'),
    scrapesFail: disturbances.filter(({ kind }) => kind === 'scrapes-fail'),
    prometheusDown: disturbances.filter(({ kind }) => kind === 'prometheus-down'),
    horizonMs,
    endMs,
  }
}

function drawBehaviour({ kind, ...specs }: FaultSpec, draw: (stream: string) => number) {
  const drawn = Object.entries(specs).map(([name, spec]) => [
    name,
    drawMagnitude(spec as MagnitudeSpec, draw(`fault/${name}`)),
  ])
  return faults[kind]!.behaviour(Object.fromEntries(drawn))
}

/** A lognormal restricted to [min, max]: u is mapped into the law's own probability of that interval. */
function drawMagnitude(spec: MagnitudeSpec, u: number): number {
  if (typeof spec === 'number') return spec
  const { median, sigma, min, max } = spec
  const low = normalCdf(Math.log(min / median) / sigma)
  const high = normalCdf(Math.log(max / median) / sigma)
  return Math.min(max, Math.max(min, lognormalQuantile(low + u * (high - low), median, sigma)))
}

/** Whole seconds, so that a reader can find the instant again. */
function drawInstant(instant: Instant, u: number): number {
  if (typeof instant === 'number') return instant
  return Math.round((instant.from + u * (instant.to - instant.from)) / 1000) * 1000
}

function drawBaseErrorRatio(spec: Scenario['baseErrorRatio'], u: number): number {
  if (typeof spec === 'number') return spec
  const { mean, sd } = spec
  if (mean === 0 || sd === 0) return mean
  const size = (mean * (1 - mean)) / (sd * sd) - 1
  return betaincInverse(u, mean * size, (1 - mean) * size)
}
