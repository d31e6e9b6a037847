import { lookup } from 'node:dns'
import { Agent, get } from 'node:http'
import type { LookupFunction } from 'node:net'
import type { Configuration } from './configuration.ts'

/** The service that every request needs. */
export interface Dependency {
  /** Calls it, again where that fails. @returns whether one call was answered well; at once where there is none. */
  answers(timeoutMs: number): Promise<boolean>
}

export function createDependency({ dependencyUrl, dependencyRetries }: Configuration): Dependency {
  // One connection a request: the Service then balances requests, not connections, over the pods.
  const agent = new Agent({ keepAlive: false, lookup: remembered() })

  function call(url: string, timeoutMs: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const request = get(url, { agent, timeout: timeoutMs }, answer => {
      answer
        .resume()
        .on('end', () => resolve(answer.statusCode === 200))
        .on('error', () => resolve(false))
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
    return promise
  }

  return {
    async answers(timeoutMs) {
      if (dependencyUrl === null) return true
      for (let attempt = 0; attempt <= dependencyRetries; attempt++) {
        if (await call(dependencyUrl, timeoutMs)) return true
      }
      return false
    },
  }
}

/** As long as the JVM remembers a name by default (networkaddress.cache.ttl). A Service keeps its address. */
const rememberMs = 30_000

/** Asks for a name once in a while instead of twice a request: name servers of a small cluster feel that. */
function remembered(): LookupFunction {
  const known = new Map<string, { untilMs: number; addresses: Parameters<Parameters<LookupFunction>[2]> }>()
  return (hostname, options, answer) => {
    const key = `${hostname} ${JSON.stringify(options)}`
    const { untilMs, addresses } = known.get(key) ?? { untilMs: 0, addresses: undefined }
    if (addresses !== undefined && Date.now() < untilMs) return answer(...addresses)
    lookup(hostname, options, (...addresses) => {
      if (addresses[0] === null) known.set(key, { untilMs: Date.now() + rememberMs, addresses })
      answer(...addresses)
    })
  }
}
