import type { Disturbance, Instant, Range } from '../model/scenario.ts'
import { type Disturbances, undisturbed, type Window } from '../model/trial.ts'

/** Draws when and how strongly each disturbance comes. */
export function drawDisturbances(specs: readonly Disturbance[], draw: (stream: string) => number): Disturbances {
  return specs.reduce<Disturbances>((drawn, spec, i) => {
    const number = (range: Range, what: string) => drawRange(range, draw(`disturbance/${i}/${what}`))
    const instant = (at: Instant, what: string) => drawInstant(at, draw(`disturbance/${i}/${what}`))
    const window = (timed: { readonly at: Instant; readonly for: Instant }): Window => {
      const fromMs = instant(timed.at, 'at')
      return { fromMs, toMs: fromMs + instant(timed.for, 'for') }
    }
    switch (spec.kind) {
      case 'dependency-outage': {
        const { service } = spec
        const errorRatio = number(spec.errorRatio, 'errorRatio')
        const timeFactor = number(spec.timeFactor, 'timeFactor')
        const capacityFactor = number(spec.capacityFactor, 'capacityFactor')
        const disturbed = { ...window(spec), service, errorRatio, timeFactor, capacityFactor }
        return { ...drawn, services: [...drawn.services, disturbed] }
      }
      case 'scrapes-fail':
        return { ...drawn, scrapesFail: [...drawn.scrapesFail, window(spec)] }
      case 'prometheus-down':
        return { ...drawn, prometheusDown: [...drawn.prometheusDown, window(spec)] }
      case 'prometheus-restart':
        return { ...drawn, prometheusRestarts: [...drawn.prometheusRestarts, window(spec)] }
      case 'prometheus-slow':
        return { ...drawn, prometheusSlow: [...drawn.prometheusSlow, { ...window(spec), delayMs: spec.delay }] }
      case 'warm-up': {
        const timeConstantMs = instant(spec.timeConstant, 'timeConstant')
        return { ...drawn, warmUp: { factor: number(spec.factor, 'factor'), timeConstantMs } }
      }
      case 'sick-pod':
        return { ...drawn, sickPod: { ...window(spec), errorRatio: number(spec.errorRatio, 'errorRatio') } }
      case 'noisy-neighbour': {
        const neighbour = { ...window(spec), timeFactor: number(spec.timeFactor, 'timeFactor') }
        return { ...drawn, noisyNeighbours: [...drawn.noisyNeighbours, neighbour] }
      }
      case 'node-pressure':
        return { ...drawn, evictions: [...drawn.evictions, { atMs: instant(spec.at, 'at'), pods: spec.pods }] }
      case 'rolling-restart':
        return { ...drawn, rollingRestartsMs: [...drawn.rollingRestartsMs, instant(spec.at, 'at')] }
    }
  }, undisturbed)
}

/** Whole seconds, so that a reader can find the instant again. */
export function drawInstant(instant: Instant, u: number): number {
  if (typeof instant === 'number') return instant
  return Math.round((instant.from + u * (instant.to - instant.from)) / 1000) * 1000
}

function drawRange(range: Range, u: number): number {
  return typeof range === 'number' ? range : range.from + u * (range.to - range.from)
}
