import type { IncomingMessage } from 'node:http'
import type { Behaviour } from '../../../harness/model/behaviour.ts'

/** What a request is for, and whose it is; empty where it does not say. */
export interface RequestScope {
  readonly route: string
  readonly tenant: string
}

/** The route is the first part of the path, the tenant stands in the header `x-tenant`. */
export function requestScope({ url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>): RequestScope {
  const { 'x-tenant': tenant } = headers
  return { route: /^\/([^/?#]*)/.exec(url)?.[1] ?? '', tenant: typeof tenant === 'string' ? tenant : '' }
}

/** Whether a behaviour speaks of a request. */
export function isInScope({ route, tenant }: Behaviour, scope: RequestScope): boolean {
  return (route === '' || route === scope.route) && (tenant === '' || tenant === scope.tenant)
}
