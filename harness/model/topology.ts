import * as z from 'zod'
import { documentOf, exactDurationMs, ratio, resourceName } from './schema-types.ts'
import { topologyFaults } from './topology-checks.ts'

const longestMs = 60_000
const someTimeMs = exactDurationMs.refine(ms => ms > 0 && ms <= longestMs, 'a time here is above 0 and at most 1m')

const lognormalTime = z
  .strictObject({ median: someTimeMs, sigma: z.number().min(0).max(3) })
  .meta({ description: "Lognormal: its median, and the standard deviation of the time's logarithm" })

const call = z.strictObject({
  perRequest: z.number().positive().max(1000).default(1).meta({
    description: "Calls for each of the caller's requests, on average; on the entry, for each request of a route",
  }),
  timeout: someTimeMs
    .optional()
    .meta({ description: 'Of one attempt; left out: clients.callTimeout of the parameters' }),
  retries: z.int().min(0).max(10).default(0).meta({ description: 'Attempts after the first one, at most' }),
  budget: ratio.optional().meta({ description: 'Retries for each first attempt, at most; left out: without bound' }),
  pool: z.int().min(1).max(10_000).optional().meta({ description: 'Connections of each caller replica' }),
  behind: z
    .string()
    .optional()
    .meta({ description: 'Cache that is asked first: only its misses come here, and all when it fails' }),
  hitRatio: ratio.optional().meta({ description: 'Share of lookups that the cache answers' }),
})
export type CallSpec = z.output<typeof call>

const service = z.strictObject({
  kind: z.enum(['service', 'database', 'cache']).default('service'),
  replicas: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .meta({ description: 'Left out for the subject, whose pods the cluster has' }),
  workers: z.int().min(1).max(100_000).meta({ description: 'Requests that one replica handles at once; others wait' }),
  time: lognormalTime.meta({ description: 'A request here, without waiting and without the calls that it makes' }),
  cpu: exactDurationMs.default(0).meta({ description: 'CPU time of a request; part of `time`' }),
  errorRatio: ratio.default(0).meta({ description: 'Share of requests that fail for no reason below' }),
  calls: z.record(z.string(), call).default({}),
})
export type ServiceSpec = z.output<typeof service>

const topologySpec = z
  .strictObject({
    subject: z.string().meta({ description: 'The service that is deployed' }),
    entry: z.string().meta({ description: "Where users' requests arrive" }),
    routes: z
      .record(z.string(), z.strictObject({ share: ratio, calls: z.array(z.string()) }))
      .meta({ description: "What users ask for: shares of the entry's requests, and which of its calls they need" }),
    services: z.record(resourceName, service),
  })
  .superRefine((spec, context) => {
    for (const { path, message } of topologyFaults(spec)) context.addIssue({ code: 'custom', path: [...path], message })
  })

/** Topology: the services that a request passes through. Times in milliseconds. */
export const topologyDocument = documentOf('Topology', topologySpec)
export type Topology = z.output<typeof topologySpec>

/**
 * Calls that reach the subject for each request that reaches the entry, retries left out: what turns requests per second of the subject
 * into those of the entry.
 */
export function subjectCallsPerEntryRequest({ subject, entry, routes, services }: Topology): number {
  if (entry === subject) return 1
  const known = new Map<string, number>([[subject, 1]])
  const callsFrom = (caller: string, callee: string): number => {
    const { perRequest, hitRatio = 0 } = services[caller]!.calls[callee]!
    return perRequest * (1 - hitRatio) * reaching(callee)
  }
  const reaching = (name: string): number => {
    const found = known.get(name)
    if (found !== undefined) return found
    const calls = Object.keys(services[name]!.calls).reduce((sum, callee) => sum + callsFrom(name, callee), 0)
    known.set(name, calls)
    return calls
  }
  return Object.values(routes).reduce(
    (sum, { share, calls }) => sum + share * calls.reduce((ofRoute, callee) => ofRoute + callsFrom(entry, callee), 0),
    0,
  )
}

/** Services that the subject may come to call without ending up calling itself: those that do not reach it. */
export function possibleCallees({ subject, services }: Topology): string[] {
  const reaching = new Set([subject])
  // A caller may stand before or after its callees: at most as many rounds as services find all.
  for (let before = 0; before < reaching.size; ) {
    before = reaching.size
    for (const [name, { calls }] of Object.entries(services)) {
      if (Object.keys(calls).some(callee => reaching.has(callee))) reaching.add(name)
    }
  }
  return Object.keys(services).filter(name => !reaching.has(name))
}
