import { didYouMean } from './problem.ts'

/** As much of a topology as the checks of its names and shares read. */
interface Graph {
  readonly subject: string
  readonly entry: string
  readonly routes: Readonly<Record<string, { readonly share: number; readonly calls: readonly string[] }>>
  readonly services: Readonly<Record<string, Service>>
}
interface Service {
  readonly kind: string
  readonly replicas?: number | undefined
  readonly time: { readonly median: number; readonly sigma: number }
  readonly cpu: number
  readonly calls: Readonly<Record<string, Call>>
}
interface Call {
  readonly retries: number
  readonly budget?: number | undefined
  readonly behind?: string | undefined
  readonly hitRatio?: number | undefined
}

export interface TopologyFault {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** Shares written in percent with two decimals add up to 1 within this. */
const shareTolerance = 1e-6

/** What a schema of single keys cannot see: names that nothing has, cycles, shares that do not add up. */
export function topologyFaults(graph: Graph): TopologyFault[] {
  const named = [...nameFaults(graph), ...callFaults(graph), ...routeFaults(graph)]
  if (named.length > 0) return named
  const cycle = cycleFaults(graph)
  return cycle.length > 0 ? cycle : reachFaults(graph)
}

function nameFaults({ subject, entry, services }: Graph): TopologyFault[] {
  const known = Object.keys(services)
  const faults: TopologyFault[] = []
  for (const [key, name] of Object.entries({ subject, entry })) {
    if (!Object.hasOwn(services, name)) faults.push({ path: [key], message: unknown(name, 'service', known) })
  }
  for (const [name, { replicas, time, cpu }] of Object.entries(services)) {
    if (name === subject && replicas !== undefined) {
      faults.push({ path: ['services', name, 'replicas'], message: 'the subject has the pods of its Rollout' })
    }
    // With an unknown subject any of them may be meant.
    if (name !== subject && replicas === undefined && Object.hasOwn(services, subject)) {
      faults.push({ path: ['services', name], message: `the service ${name} needs \`replicas\`` })
    }
    const meanMs = time.median * Math.exp((time.sigma * time.sigma) / 2)
    if (cpu > meanMs) {
      const message = `the CPU time is part of \`time\`, which is ${Number(meanMs.toPrecision(3))}ms on average`
      faults.push({ path: ['services', name, 'cpu'], message })
    }
  }
  return faults
}

function callFaults({ services }: Graph): TopologyFault[] {
  const known = Object.keys(services)
  const faults: TopologyFault[] = []
  for (const [caller, { calls }] of Object.entries(services)) {
    for (const [callee, { retries, budget, behind, hitRatio }] of Object.entries(calls)) {
      const path = ['services', caller, 'calls', callee]
      if (!Object.hasOwn(services, callee)) faults.push({ path, message: unknown(callee, 'service', known) })
      if (budget !== undefined && retries === 0) {
        faults.push({ path: [...path, 'budget'], message: 'a budget of retries needs `retries`' })
      }
      if ((behind === undefined) !== (hitRatio === undefined)) {
        faults.push({ path, message: '`behind` and `hitRatio` need each other' })
      }
      if (behind === undefined) continue
      if (behind === callee || !Object.hasOwn(calls, behind)) {
        const caches = Object.keys(calls).filter(name => services[name]?.kind === 'cache')
        faults.push({ path: [...path, 'behind'], message: unknown(behind, `call of ${caller}`, caches) })
      } else if (services[behind]?.kind !== 'cache') {
        faults.push({ path: [...path, 'behind'], message: `${behind} is not of the kind cache` })
      } else if (calls[behind]!.behind !== undefined) {
        faults.push({ path: [...path, 'behind'], message: `${behind} is itself behind a cache; one level is modelled` })
      }
    }
  }
  return faults
}

function routeFaults({ entry, routes, services }: Graph): TopologyFault[] {
  const faults: TopologyFault[] = []
  const ofEntry = Object.hasOwn(services, entry) ? services[entry] : undefined
  for (const [name, { calls }] of Object.entries(routes)) {
    if (ofEntry === undefined) break
    calls.forEach((callee, i) => {
      const path = ['routes', name, 'calls', i]
      if (calls.indexOf(callee) < i) {
        faults.push({ path, message: `\`${callee}\` is named twice; how often it is called, \`perRequest\` says` })
      }
      if (Object.hasOwn(ofEntry.calls, callee)) return
      faults.push({ path, message: unknown(callee, `call of the entry ${entry}`, Object.keys(ofEntry.calls)) })
    })
  }
  const sum = Object.values(routes).reduce((total, { share }) => total + share, 0)
  if (Math.abs(sum - 1) > shareTolerance) {
    const percent = Number((sum * 100).toFixed(4))
    faults.push({ path: ['routes'], message: `the shares of the routes add up to ${percent} %, not to 100 %` })
  }
  return faults
}

function cycleFaults({ services }: Graph): TopologyFault[] {
  const done = new Set<string>()
  const visit = (name: string, path: readonly string[]): TopologyFault | undefined => {
    if (path.includes(name)) {
      const cycle = [...path.slice(path.indexOf(name)), name]
      const at = ['services', path.at(-1)!, 'calls', name]
      return { path: at, message: `a service ends up calling itself: ${cycle.join(' -> ')}` }
    }
    if (done.has(name)) return undefined
    for (const callee of Object.keys(services[name]!.calls)) {
      const fault = visit(callee, [...path, name])
      if (fault !== undefined) return fault
    }
    done.add(name)
    return undefined
  }
  for (const name of Object.keys(services)) {
    const fault = visit(name, [])
    if (fault !== undefined) return [fault]
  }
  return []
}

function reachFaults({ subject, entry, routes, services }: Graph): TopologyFault[] {
  const reached = new Set<string>([entry])
  const reach = (names: readonly string[]): void => {
    for (const name of names) {
      if (reached.has(name)) continue
      reached.add(name)
      reach(Object.keys(services[name]!.calls))
    }
  }
  for (const { share, calls } of Object.values(routes)) if (share > 0) reach(calls)
  if (reached.has(subject)) return []
  return [{ path: ['subject'], message: `no route of the entry ${entry} reaches the subject ${subject}` }]
}

function unknown(name: string, thing: string, known: readonly string[]): string {
  const hint = didYouMean(name, known) ?? (known.length === 0 ? 'there is none' : `known are ${known.join(', ')}`)
  return `\`${name}\` is no ${thing}: ${hint}`
}
