import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { runTool } from '../../clusters/stage/tool.ts'
import { planOf, rowOf, scenarioOf, shippedSubject } from '../run/fixtures/trials.ts'
import { openRunFolder } from './open-run.ts'
import { existingCluster } from './play-on-existing.ts'
import type { StoredPlan } from './run-folder.ts'

const folder = mkdtempSync(join(tmpdir(), 'carmine-existing-'))
afterAll(() => rmSync(folder, { recursive: true }))

const hasKubectl = await runTool('kubectl', ['version', '--client'], {}).then(
  () => true,
  () => false,
)

test.skipIf(!hasKubectl)('a run goes on in the cluster that it began in, and in no other', async () => {
  const kubeconfig = join(folder, 'config')
  vi.stubEnv('KUBECONFIG', kubeconfig)
  const servedAt = async (server: string) => {
    const [named, user] = [{ name: 'mine' }, { token: 'secret' }]
    const text = {
      ...{ apiVersion: 'v1', kind: 'Config' },
      clusters: [{ ...named, cluster: { server } }],
      users: [{ ...named, user }],
      contexts: [{ ...named, context: { cluster: 'mine', user: 'mine' } }],
    }
    writeFileSync(kubeconfig, JSON.stringify(text))
    const chosen = { context: 'mine', namespaces: ['a'] }
    return existingCluster(chosen, AbortSignal.timeout(60_000))
  }
  const suitePlan = planOf([scenarioOf('error-ratio')], [{ subject: shippedSubject, rows: [rowOf('careful')] }])
  const start = (cluster: StoredPlan['cluster']) => {
    const rest = { version: '', backend: 'existing', logs: 'all', replayArguments: [] } as const
    openRunFolder({ ...suitePlan, ...rest, cluster }, { out: join(folder, 'run'), resume: true }).release()
  }
  const first = await servedAt('https://me:password@one.example:6443/k8s/')
  expect(first).toEqual({ context: 'mine', server: 'https://one.example:6443/k8s' })
  start(first)
  expect(() => start(first)).not.toThrow()
  const second = await servedAt('https://two.example:6443')
  expect(() => start(second)).toThrow(
    /planned otherwise: cluster\.server: "https:\/\/one\.example.* there, "https:\/\/two/,
  )
})
