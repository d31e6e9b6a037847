import type { Call } from '../harness/model/tool.ts'

/** Everything that is called by the service or by what it calls, nearest first. */
export function calleesOf(service: string, calls: readonly Call[]): string[] {
  const found: string[] = []
  const open = [service]
  for (let caller = open.shift(); caller !== undefined; caller = open.shift()) {
    const callees = calls.filter(call => call.caller === caller).map(({ callee }) => callee)
    for (const callee of callees.toSorted()) {
      if (callee === service || found.includes(callee)) continue
      found.push(callee)
      open.push(callee)
    }
  }
  return found
}
