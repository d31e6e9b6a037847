import type { LogLines } from '../../harness/model/tool.ts'

/** What kinds of lines the service's programs write. */
const kinds = {
  internal: /internal server error|unhandled exception|\b500\b/i,
  call: /call to (another|an? \S+) service|upstream|dependency|timed? ?out|deadline exceeded/i,
  rejected: /too many requests|rejected|overload|queue (is )?full/i,
  clientGone: /client (closed|disconnected)|context canceled|\b499\b/i,
  exit: /process exits|panic|fatal|exit(ed)? (with )?code [1-9]/i,
} as const
type LineKind = keyof typeof kinds

export interface LogSigns {
  /** Lines of errors and warnings. */
  readonly lines: number
  readonly byKind: Readonly<Record<LineKind, number>>
  /** Of the error lines that name a route, the one that most of them name; empty where they name none or many alike. */
  readonly route: string
}

/** Lines of the service's versions that are picked. A line is of the first kind that fits; its text does nothing else. */
export function logSigns(lines: readonly LogLines[], picks: (podTemplateHash: string) => boolean): LogSigns {
  const byKind = { internal: 0, call: 0, rejected: 0, clientGone: 0, exit: 0 }
  const routes: Record<string, number> = {}
  let total = 0
  let routed = 0
  for (const { podTemplateHash, level, message, count } of lines) {
    if (level === 'info' || !picks(podTemplateHash)) continue
    total += count
    const kind = kindOf(message)
    if (kind !== undefined) byKind[kind] += count
    const route =
      level === 'error'
        ? /(?:\broute[ =:]+|\b(?:GET|PUT|POST|PATCH|DELETE) )"?(\/?[\w/-]{1,60})/.exec(message)?.[1]
        : undefined
    if (route === undefined) continue
    routed += count
    routes[route] = (routes[route] ?? 0) + count
  }
  const named = Object.entries(routes).find(([, count]) => routed >= 5 && count >= 0.85 * routed)
  return { lines: total, byKind, route: named?.[0] ?? '' }
}

/** Whether such a line is written of a request that went wrong, so that its number is theirs. */
export function tellsOfFailure(message: string): boolean {
  return kindOf(message) !== undefined || /\bslow\b|\b(fail(ed|ure|s)?|errors?)\b/i.test(message)
}

/** In the order of what is most particular. */
function kindOf(message: string): LineKind | undefined {
  const order: LineKind[] = ['call', 'rejected', 'clientGone', 'internal', 'exit']
  return order.find(kind => kinds[kind].test(message))
}
