import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
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

const suite = (namespaces: string) => `apiVersion: carmine/v1alpha1
kind: Suite
metadata: { name: ${namespaces} }
spec:
  description: one short trial
  scenarios: [error-ratio-smoke]
  variants: { error-ratio-smoke: [faulty] }
  seeds: 1
  levels: [L1]
  anchors: []
  horizon: 90s
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
    await expect.poll(() => cluster.kubectl(own).catch(() => ''), { timeout: 30_000 }).toContain('kube-root-ca.crt')
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

  async function run(namespace: string, ...more: readonly string[]) {
    const file = join(folder, `${namespace}.yaml`)
    await writeFile(file, suite(namespace))
    const out = join(folder, namespace)
    const place = ['--backend', 'existing', '--context', context, '--namespaces', namespace]
    const args = [program, 'run', '--suite', file, ...place, '--out', out, ...more]
    const { exitCode, stderr } = await execa(process.execPath, args, { reject: false, stdin: 'ignore', env })
    return { exitCode, stderr, out }
  }

  test('without consent the plan is printed, and nothing is done', async () => {
    const before = await objects()
    const { exitCode, stderr } = await run(kept)
    expect(stderr).toContain(`This run uses the cluster of the context ${context}`)
    expect(stderr).toContain(`used     namespaces ${kept}, which stay`)
    expect(stderr).toContain('consent with --yes')
    expect(exitCode).toBe(64)
    expect(await objects()).toEqual(before)
  })

  test.each([
    ['stays', kept],
    ['is made for it', made],
  ])('a trial in a namespace that %s leaves the cluster as it was', async (_, namespace) => {
    const before = await objects()
    const { exitCode, stderr, out } = await run(namespace, '--yes')
    // Without criteria it may decide nothing.
    expect([0, 2], stderr).toContain(exitCode)
    const { trials } = JSON.parse(await readFile(join(out, 'summary.json'), 'utf8')) as {
      trials: Record<'planned' | 'valid' | 'invalid', number>
    }
    // A busy machine may make it invalid, which says nothing of the cluster.
    expect(trials).toMatchObject({ planned: 1 })
    expect(trials.valid + trials.invalid).toBe(1)
    expect(stderr).toContain(`${namespace}: t = 0`)
    expect(await objects()).toEqual(before)
  })
})
