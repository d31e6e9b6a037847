import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { missingTools } from '../kind/environment.ts'
import type { Cluster } from '../stage/cluster.ts'
import { installRollouts, readRolloutsManifest, rolloutsImage } from '../stage/rollouts.ts'
import { readClusterSettings } from '../stage/settings.ts'
import { runTool } from '../stage/tool.ts'
import { loadIntoKind } from './kind-images.ts'

const missing = await missingTools()
const program = fileURLToPath(new URL('../../harness/cli/carmine.mjs', import.meta.url))
const { signal } = new AbortController()
/** One that stays, and one that is made for the trial. */
const [kept, made] = ['carmine-e2e-kept', 'carmine-e2e-made']

const suite = `apiVersion: carmine/v1alpha1
kind: Suite
metadata: { name: short }
spec:
  description: a short trial in each namespace
  backend: kind
  scenarios: [crash-smoke]
  variants: { crash-smoke: [faulty] }
  seeds: 2
  levels: [L1]
  anchors: []
  horizon: 60s
  pause: 30s
`

describe.skipIf(missing.length > 0)(`a cluster that stands, through its context ${missing.join('; ')}`, () => {
  let folder: string
  let context: string
  let cluster: Cluster
  let env: Record<string, string>

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'carmine-existing-'))
    const name = inject('kindCluster')!
    context = `kind-${name}`
    const kubeconfig = await runTool('kind', ['get', 'kubeconfig', '--name', name], { signal })
    const file = join(folder, 'kubeconfig')
    await writeFile(file, kubeconfig, { mode: 0o600 })
    env = { KUBECONFIG: file }
    cluster = {
      kubeconfig,
      kubectl: (args, input) => runTool('kubectl', args, { env, signal, ...(input !== undefined && { input }) }),
    }
    const settings = readClusterSettings(process.env)
    await loadIntoKind(name, [rolloutsImage(settings)], signal)
    await installRollouts(cluster, settings, await readRolloutsManifest(settings, signal), signal)
    await cluster.kubectl(['create', 'namespace', kept])
    // What the cluster itself puts there comes a little later.
    const own = ['--namespace', kept, 'get', 'serviceaccount/default', 'configmap/kube-root-ca.crt', '--output', 'name']
    await vi.waitFor(() => cluster.kubectl(own), { timeout: 30_000, interval: 500 })
  }, 300_000)

  afterAll(async () => {
    await cluster?.kubectl(['delete', 'namespace', kept, '--ignore-not-found'])
    await rm(folder, { recursive: true, force: true })
  }, 120_000)

  /** Every object of the cluster by kind and name, but events, and what kubelets and controllers renew by themselves. */
  async function objects(): Promise<string[]> {
    const kinds = (await cluster.kubectl(['api-resources', '--verbs', 'list', '--output', 'name'])).split('\n')
    const lasting = kinds.filter(kind => kind !== '' && !/^(events|componentstatuses|leases)(\.|$)/.test(kind))
    const template = '{range .items[*]}{.kind} {.metadata.namespace} {.metadata.name}{"\\n"}{end}'
    const asked = ['get', lasting.join(','), '--all-namespaces', '--output', `jsonpath=${template}`]
    return (await cluster.kubectl(asked)).split('\n').sort()
  }

  async function run(...more: readonly string[]) {
    const file = join(folder, 'suite.yaml')
    await writeFile(file, suite)
    const place = ['--backend', 'existing', '--context', context, '--namespaces', `${kept},${made}`]
    const args = [program, 'run', '--suite', file, ...place, '--workers', '2', '--out', join(folder, 'out'), ...more]
    return execa(process.execPath, args, { reject: false, stdin: 'ignore', env })
  }

  async function trials(): Promise<{ readonly invalid: number }> {
    return JSON.parse(await readFile(join(folder, 'out/summary.json'), 'utf8')).trials
  }

  test('without consent the plan is printed, and nothing is done', async () => {
    const before = await objects()
    const { exitCode, stderr } = await run()
    expect(stderr).toContain(`This run uses the cluster of the context ${context}`)
    expect(stderr).toContain(`used     namespaces ${kept}, which stay`)
    expect(stderr).toContain('consent with --yes')
    expect(exitCode).toBe(64)
    expect(await objects()).toEqual(before)
  })

  test('trials in a namespace that stays and in one that is made leave the cluster as it was', async () => {
    const before = await objects()
    const first = await run('--yes')
    for (const namespace of [kept, made]) expect(first.stderr).toContain(`${namespace}: t = 0`)
    // What a busy machine made invalid is run again, once.
    const { exitCode, stderr } = (await trials()).invalid === 0 ? first : await run('--yes', '--resume')
    // Without criteria it may decide nothing.
    expect([0, 2], stderr).toContain(exitCode)
    expect(await trials(), stderr).toMatchObject({ planned: 2, valid: 2 })
    expect(await objects()).toEqual(before)
  })
})
