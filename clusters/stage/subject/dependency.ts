import { Agent, get } from 'node:http'
import type { Configuration } from './configuration.ts'

/** The service that every request needs. */
export interface Dependency {
  /** Calls it, again where that fails. @returns whether one call was answered well; at once where there is none. */
  answers(timeoutMs: number): Promise<boolean>
}

export function createDependency({ dependencyUrl, dependencyRetries }: Configuration): Dependency {
  // One connection a request: the Service then balances requests, not connections, over the pods.
  const agent = new Agent({ keepAlive: false })

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
