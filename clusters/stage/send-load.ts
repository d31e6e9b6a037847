import { type LoadResult, loadManifests, loadResult } from './load.ts'
import type { ProfiledLoad } from './load-stages.ts'
import type { LoadTool } from './load-tool.ts'
import { type LoadedService, openService, runLocalLoad } from './local-load.ts'

/** Turns the load on. @returns what waits for its end; that rejects where k6 failed by anything but a threshold. */
export async function sendLoad(
  { k6, script }: LoadTool,
  target: LoadedService,
  load: ProfiledLoad,
): Promise<(signal: AbortSignal) => Promise<LoadResult>> {
  const { cluster, api, namespace, service, signal } = target
  if ('image' in k6) {
    const job = loadManifests({ ...load, image: k6.image, script, targetUrl: `http://${service}` })
    await cluster.kubectl(['--namespace', namespace, 'apply', '--filename', '-'], job)
    return signal => loadResult(api, namespace, signal)
  }
  const targetUrl = await openService(target)
  const running = runLocalLoad(k6.program, { ...load, script, targetUrl }, signal)
  // It is waited for at the end of the trial, and may fail before.
  running.catch(() => undefined)
  return () => running
}
