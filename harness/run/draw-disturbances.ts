import type { Disturbance, Instant, Range } from '../model/scenario.ts'
import { type Disturbances, undisturbed, type Window } from '../model/trial.ts'

/** Lists that are still being filled. */
type Drawn = {
  -readonly [K in keyof Disturbances]: Disturbances[K] extends readonly (infer One)[] ? One[] : Disturbances[K]
}

/** Draws when and how strongly each disturbance comes. */
export function drawDisturbances(specs: readonly Disturbance[], draw: (stream: string) => number): Disturbances {
  const drawn = structuredClone(undisturbed) as Drawn
  specs.forEach((spec, i) => {
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
        drawn.services.push({ ...window(spec), service, errorRatio, timeFactor, capacityFactor })
        break
      }
      case 'scrapes-fail':
        drawn.scrapesFail.push(window(spec))
        break
      case 'prometheus-down':
        drawn.prometheusDown.push(window(spec))
        break
      case 'prometheus-restart':
        drawn.prometheusRestarts.push(window(spec))
        break
      case 'prometheus-slow':
        drawn.prometheusSlow.push({ ...window(spec), delayMs: spec.delay })
        break
      case 'warm-up':
        drawn.warmUp = {
          factor: number(spec.factor, 'factor'),
          timeConstantMs: instant(spec.timeConstant, 'timeConstant'),
        }
        break
      case 'sick-pod':
        drawn.sickPod = { ...window(spec), errorRatio: number(spec.errorRatio, 'errorRatio') }
        break
      case 'noisy-neighbour':
        drawn.noisyNeighbours.push({ ...window(spec), timeFactor: number(spec.timeFactor, 'timeFactor') })
        break
      case 'node-pressure':
        drawn.evictions.push({ atMs: instant(spec.at, 'at'), pods: spec.pods })
        break
      case 'pod-crash':
        drawn.crashesMs.push(instant(spec.at, 'at'))
        break
      case 'rolling-restart':
        drawn.rollingRestartsMs.push(instant(spec.at, 'at'))
        break
    }
  })
  return drawn
}

/** Whole seconds, so that a reader can find the instant again. */
export function drawInstant(instant: Instant, u: number): number {
  if (typeof instant === 'number') return instant
  return Math.round((instant.from + u * (instant.to - instant.from)) / 1000) * 1000
}

function drawRange(range: Range, u: number): number {
  return typeof range === 'number' ? range : range.from + u * (range.to - range.from)
}
