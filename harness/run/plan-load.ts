import { dayShape } from '../../clusters/load-profile.ts'
import { type LoadPlan, type LoadSpec, modulationStepMs } from '../model/load.ts'
import type { TrafficParameters } from '../model/parameters/traffic.ts'
import { gammaProcess } from '../stats/gamma-process.ts'
import { type StreamKey, uniform, uniform3 } from '../stats/uniform.ts'
import { drawInstant } from './draw-disturbances.ts'

/**
 * Draws what the seed decides of a load: time of day, bursts, slow ups and downs up to the horizon.
 * @param key of one of the trial's streams of noise
 */
export function planLoad(
  load: LoadSpec,
  traffic: TrafficParameters,
  key: (stream: string) => StreamKey,
  horizonMs: number,
): LoadPlan {
  const draw = (stream: string) => uniform(key(`load/${stream}`), 0)
  const { earliest, latest } = traffic.startsAt
  const startsAtMs = load.startsAt ?? drawInstant({ from: earliest.ms, to: latest.ms }, draw('starts at')) % dayMs
  return {
    startsAtMs,
    stages: stagesOf(load),
    bursts: (load.bursts ?? []).map(({ at, for: length, factor }, i) => {
      const fromMs = drawInstant(at, draw(`burst/${i}/at`))
      return { fromMs, toMs: fromMs + drawInstant(length, draw(`burst/${i}/for`)), factor }
    }),
    daily: dailyOf(load, traffic, startsAtMs),
    modulation: modulationOf(load, traffic, key('load/modulation'), horizonMs),
    routes: mixesOf(load, traffic, draw),
    tenants: tenantsOf(load, traffic),
  }
}

const dayMs = 24 * 3_600_000

function stagesOf({ stages = [] }: LoadSpec): LoadPlan['stages'] {
  let fromMs = 0
  let last = 1
  return stages.map(({ for: lengthMs, from = last, target }) => {
    const stage = { fromMs, toMs: fromMs + lengthMs, from, to: target }
    fromMs = stage.toMs
    last = target
    return stage
  })
}

/** The base rate is that of the trial's start, whatever the time of day: half an hour stays near it. */
function dailyOf({ daily }: LoadSpec, traffic: TrafficParameters, startsAtMs: number): LoadPlan['daily'] {
  if (daily === 'off') return null
  const { amplitude = traffic.daily.amplitude.value, second = traffic.daily.second.value } = daily ?? {}
  const shape = { amplitude, second, peakMs: traffic.daily.peak.ms }
  return amplitude === 0 && second === 0 ? null : { ...shape, atStart: dayShape(shape, startsAtMs) }
}

function modulationOf(
  { burstiness }: LoadSpec,
  traffic: TrafficParameters,
  key: StreamKey,
  horizonMs: number,
): readonly number[] {
  if (burstiness === 'off') return []
  const { variation = traffic.burstiness.variation.value, correlationTime = traffic.burstiness.correlationTime.ms } =
    burstiness ?? {}
  if (variation === 0) return []
  const law = {
    variance: variation ** 2,
    correlation: correlationTime === 0 ? 0 : Math.exp(-modulationStepMs / correlationTime),
  }
  return gammaProcess(Math.ceil(horizonMs / modulationStepMs) + 1, law, (step, which) => uniform3(key, step, which, 0))
}

/** Mixes of the routes in order of time. */
export function mixesOf(
  { routes, laterRoutes }: LoadSpec,
  traffic: TrafficParameters,
  draw: (stream: string) => number,
): LoadPlan['routes'] {
  const shipped = Object.entries(traffic.routes).map(([name, { share }]) => [name, share] as const)
  const first = { fromMs: 0, shares: routes ?? Object.fromEntries(shipped) }
  if (laterRoutes === undefined) return [first]
  return [first, { fromMs: drawInstant(laterRoutes.at, draw('later routes')), shares: laterRoutes.routes }]
}

/** Shares of the tenants. */
export function tenantsOf({ tenants }: LoadSpec, traffic: TrafficParameters): LoadPlan['tenants'] {
  if (tenants !== undefined && 'shares' in tenants) return tenants.shares
  const { count, zipf } = tenants ?? { count: traffic.tenants.count.value, zipf: traffic.tenants.zipf.value }
  const weights = Array.from({ length: count }, (_, i) => (i + 1) ** -zipf)
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return Object.fromEntries(weights.map((weight, i) => [`tenant-${i + 1}`, weight / sum]))
}
