import * as z from 'zod'
import type { RootCause } from './cause.ts'
import { type FaultSpec, faultSpec, faults } from './fault.ts'
import { type GroundTruth, groundTruth, leaveAlone, remedies } from './ground-truth.ts'
import { loadSpec } from './load.ts'
import { documentOf, durationMs, instant, ratio } from './schema-types.ts'

export type Instant = z.output<typeof instant>

/** A number, or an interval from which the seed draws one uniformly. */
const range = (number: z.ZodType<number>) => z.union([number, z.strictObject({ from: number, to: number })])
export type Range = number | { readonly from: number; readonly to: number }

const deploy = z.strictObject({
  at: durationMs.default(120_000),
  fault: faultSpec.optional().meta({ description: 'What is wrong with the release; without it the release is good' }),
  truth: groundTruth,
})

const incident = z.strictObject({
  at: durationMs.default(0),
  flag: z
    .string()
    .min(1)
    .max(63)
    .optional()
    .meta({ description: 'The flag that is switched on; without it the service has always been like this' }),
  fault: faultSpec,
  truth: groundTruth,
})

const timed = { at: instant, for: instant }
const slowdown = range(z.number().min(1).max(100)).meta({ description: 'Requests take this many times as long' })

const disturbance = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('dependency-outage'),
      ...timed,
      service: z.string().meta({ description: 'A service of the topology' }),
      errorRatio: range(ratio).default(0).meta({ description: 'Share of calls to the service that fail' }),
      timeFactor: slowdown.default(1),
      capacityFactor: range(ratio).default(1).meta({ description: 'Share of its capacity that is left' }),
    })
    .meta({ description: 'A service of the topology fails, is slow or has lost capacity' }),
  z
    .strictObject({ kind: z.literal('scrapes-fail'), ...timed })
    .meta({ description: 'No scrape of the subject succeeds' }),
  z
    .strictObject({ kind: z.literal('prometheus-down'), ...timed })
    .meta({ description: 'Prometheus neither scrapes nor answers' }),
  z
    .strictObject({ kind: z.literal('prometheus-restart'), ...timed })
    .meta({ description: 'Prometheus is down, and then discovers its targets anew' }),
  z
    .strictObject({ kind: z.literal('prometheus-slow'), ...timed, delay: durationMs })
    .meta({ description: 'Prometheus answers late' }),
  z
    .strictObject({
      kind: z.literal('warm-up'),
      factor: slowdown,
      timeConstant: instant.meta({ description: 'Age at which 63 % of the slowness is gone' }),
    })
    .meta({ description: 'New pods are slow at first' }),
  z
    .strictObject({
      kind: z.literal('sick-pod'),
      ...timed,
      errorRatio: range(ratio).meta({ description: 'Share of its requests that fail' }),
    })
    .meta({ description: 'One pod of the new version fails requests and probes until it is restarted, or well again' }),
  z
    .strictObject({ kind: z.literal('noisy-neighbour'), ...timed, timeFactor: slowdown })
    .meta({ description: 'Something else on their nodes slows the pods of the new version' }),
  z
    .strictObject({ kind: z.literal('node-pressure'), at: instant, pods: z.int().min(1).max(100) })
    .meta({ description: 'A node short of memory evicts pods' }),
  z
    .strictObject({ kind: z.literal('pod-crash'), at: instant })
    .meta({ description: 'The process of one pod of the new version exits once; the kubelet starts it again' }),
  z
    .strictObject({ kind: z.literal('rolling-restart'), at: instant })
    .meta({ description: 'Somebody restarts all pods, one after the other' }),
])
export type Disturbance = z.output<typeof disturbance>

/** The kinds of disturbances, with the names of their parameters. */
export const disturbanceKinds = disturbance.options.map(option => ({
  kind: option.shape.kind.value,
  parameters: Object.keys(option.shape).filter(key => key !== 'kind'),
  disturbs: option.meta()?.description ?? '',
}))

/** A law on (0, 1) with this mean has a variance below mean (1 - mean), that of a coin. */
const betaLaw = z
  .strictObject({ mean: ratio, sd: ratio })
  .refine(({ mean, sd }) => sd === 0 || sd * sd < mean * (1 - mean), {
    path: ['sd'],
    message: 'no Beta law has this mean and this sd: sd has to be below sqrt(mean (1 - mean))',
  })

const scenarioSpec = z.strictObject({
  description: z.string(),
  family: z.string().meta({ description: 'Word for scenarios that are alike, such as `errors`' }),
  load: loadSpec.prefault({}),
  baseErrorRatio: z
    .union([ratio, betaLaw])
    .default({ mean: 0.001, sd: 0.001 })
    .meta({ description: "The service's own error ratio, or mean and sd of the Beta law that the seed draws it from" }),
  scare: z.string().optional().meta({
    description: 'What looks bad without being the fault of a deploy: runs without the fault are scares, no twins',
  }),
  tolerated: z
    .array(z.enum(remedies))
    .default([])
    .meta({ description: 'Operations that are no mistake in any variant, though they end no fault' }),
  deploys: z.array(deploy).max(1).default([]).meta({ description: 'The release that the trials are about' }),
  incidents: z.array(incident).max(1).default([]).meta({ description: 'What goes wrong without a deploy' }),
  disturbances: z
    .array(disturbance)
    .default([])
    .meta({ description: 'What goes wrong in all variants, and is no fault of the release' }),
})

/** Scenario: what happens. Data only; every time is trial time. */
export const scenarioDocument = documentOf('Scenario', scenarioSpec)
export type ScenarioSpec = z.output<typeof scenarioSpec>
export interface Scenario extends ScenarioSpec {
  readonly name: string
}

/**
 * A trial with the fault; its twin, with a harmless change of the same shape; or a scare, a twin in which something looks bad that is not
 * the deploy's fault.
 */
export const variants = ['faulty', 'twin', 'scare'] as const
export type Variant = (typeof variants)[number]

/** The variants that a scenario is run in: with its fault where it has one, and always without. */
export function variantsOf(scenario: ScenarioSpec): readonly Variant[] {
  const control = controlOf(scenario)
  return faultOf(scenario) === undefined ? [control] : ['faulty', control]
}

/** What a scenario's runs without the fault are. */
export function controlOf({ scare }: ScenarioSpec): 'twin' | 'scare' {
  return scare === undefined ? 'twin' : 'scare'
}

export function faultOf({ deploys, incidents }: ScenarioSpec): FaultSpec | undefined {
  return incidents[0]?.fault ?? deploys[0]?.fault
}

/** What is right in a variant of a scenario. A scare is left alone too, and people may be told of it. */
export function truthOf(scenario: ScenarioSpec, variant: Variant): GroundTruth {
  const { deploys, incidents, tolerated } = scenario
  const truth =
    variant === 'faulty'
      ? (incidents[0]?.truth ?? deploys[0]!.truth)
      : variant === 'twin'
        ? leaveAlone
        : { ...leaveAlone, page: 'may' as const, cause: scenario.scare! }
  return tolerated.length === 0 ? truth : { ...truth, tolerated }
}

/** What a right diagnosis finds in a variant of a scenario; null where nothing is wrong with a release, a flag or the service. */
export function rootCauseOf(scenario: ScenarioSpec, variant: Variant): RootCause | null {
  const fault = faultOf(scenario)
  if (variant !== 'faulty' || fault === undefined) return null
  const { cause: kind } = faults[fault.kind]!
  const [incident] = scenario.incidents
  if (incident === undefined) return { kind, entity: null, change: 'deploy' }
  const { flag } = incident
  return flag === undefined ? { kind, entity: null, change: null } : { kind, entity: flag, change: `flag/${flag}` }
}
