import { type LoadResult, type LookAtLoad, loadManifests, lookAtJob } from './load.ts'
import type { ProfiledLoad } from './load-stages.ts'
import type { LoadTool } from './load-tool.ts'
import { type LoadedService, openService, runLocalLoad } from './local-load.ts'
import type { Seen } from './wait.ts'

/** Turns the load on. @returns what looks at it */
export async function sendLoad(
  { k6, script }: LoadTool,
  target: LoadedService,
  load: ProfiledLoad,
): Promise<LookAtLoad> {
  const { cluster, api, namespace, service, signal } = target
  if ('image' in k6) {
    const job = loadManifests({ ...load, image: k6.image, script, targetUrl: `http://${service}` })
    await cluster.kubectl(['--namespace', namespace, 'apply', '--filename', '-'], job)
    return signal => lookAtJob(api, namespace, signal)
  }
  const targetUrl = await openService(target)
  let seen: Seen<LoadResult> = { pending: 'k6 runs on this machine' }
  runLocalLoad(k6.program, { ...load, script, targetUrl }, signal).then(
    done => {
      seen = { done }
    },
    (failed: Error) => {
      seen = { failed }
    },
  )
  return async () => seen
}
