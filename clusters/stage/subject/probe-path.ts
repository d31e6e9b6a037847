import { referenceExists } from '../../../harness/model/release.ts'

/** Whether a request is a probe of readiness, and one that the service knows; undefined: it is none. */
export function probeOf(url: string | undefined): 'known' | 'unknown' | undefined {
  const name = /^\/([^/?#]*)/.exec(url ?? '')?.[1] ?? ''
  if (name === 'ready') return 'known'
  // As long as the names that a release can refer to.
  if (!/^[0-9a-f]{26}$/.test(name)) return undefined
  return referenceExists(name) ? 'known' : 'unknown'
}
