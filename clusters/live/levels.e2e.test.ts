import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { stringify } from 'yaml'
import type { EventData, EventType } from '../../harness/model/event.ts'
import { missingTools } from '../kind/environment.ts'
import { engineAccessManifests } from '../stage/engine-access.ts'

const missing = await missingTools()
const program = fileURLToPath(new URL('../../harness/cli/carmine.mjs', import.meta.url))
const horizonMs = 240_000

const suite = {
  apiVersion: 'carmine/v1alpha1',
  kind: 'Suite',
  metadata: { name: 'levels-on-kind' },
  spec: {
    description: 'a faulty deploy at L4 on a kind cluster whose API server is restarted',
    backend: 'kind',
    scenarios: ['error-ratio-smoke'],
    variants: { 'error-ratio-smoke': ['faulty'] },
    seeds: 1,
    levels: ['L4'],
    anchors: [],
    horizon: '4m',
    pause: '30s',
  },
}

/** What has to be shown is that an action is judged, applied and verified, whatever the cause: it follows the first alarm. */
const policy = {
  apiVersion: 'carmine/v1alpha1',
  kind: 'Policy',
  metadata: { name: 'quick-restart' },
  spec: {
    description: 'Rolls back as careful does, and restarts a pod at every alarm',
    decide: { when: 'any', deciders: ['onset-expert', 'in-flight', 'progress', 'burn-rate'] },
    remediate: { on: 'alarm', blind: ['restartPod'], verify: { settle: '20s', looks: 4 } },
    gate: { classes: { restartPod: { mode: 'allow' } } },
  },
}

interface Logged {
  readonly t: number
  readonly type: EventType
  readonly data: Record<string, unknown>
}

describe.skipIf(missing.length > 0)(`levels above L1 on kind ${missing.join('; ')}`, () => {
  let folder: string
  let log: Logged[]
  let servers = { killed: '', successor: '' }
  let rights: string[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'carmine-levels-'))
    const suiteFile = join(folder, 'suite.yaml')
    const policyFile = join(folder, 'policy.yaml')
    await writeFile(policyFile, stringify(policy))
    await writeFile(suiteFile, stringify({ ...suite, spec: { ...suite.spec, policies: [policyFile] } }))
    const out = join(folder, 'out')
    const cluster = inject('kindCluster')!
    const node = `${cluster}-control-plane`
    const args = ['run', '--suite', suiteFile, '--out', out, '--logs', 'all', '--cluster', cluster]
    await play(args, node)
    log = await readLog(out)
    // What a busy machine made invalid is played again, once.
    if (dataOf('trial.invalidated').length > 0) {
      await play([...args, '--resume'], node)
      log = await readLog(out)
    }
  }, 900_000)

  afterAll(() => rm(folder, { recursive: true, force: true }))

  async function play(args: readonly string[], node: string): Promise<void> {
    const run = execa(process.execPath, [program, ...args], { reject: false, stdin: 'ignore' })
    let asked: Promise<string[]> | undefined
    let restarted: Promise<typeof servers> | undefined
    let lastLine = ''
    for await (const line of run.iterable({ from: 'stderr' })) {
      lastLine = line
      process.stderr.write(`${line}\n`)
      if (line.includes(': t = 0')) asked = rightsOn(node)
      // What follows on it is then under way.
      if (line.includes('the action is verified')) restarted ??= restartApiServer(node)
    }
    const { exitCode } = await run
    rights = (await asked) ?? []
    servers = (await restarted) ?? servers
    // Without criteria it decides nothing: exit code 2.
    if (exitCode !== 0 && exitCode !== 2) throw new Error(`the run failed (exit code ${exitCode}): ${lastLine}`)
  }

  async function readLog(out: string): Promise<Logged[]> {
    const name = (await readdir(join(out, 'logs'))).find(one => one.endsWith('.ndjson'))!
    const text = await readFile(join(out, 'logs', name), 'utf8')
    return text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Logged)
  }

  const kubectl = (node: string, args: readonly string[], input?: string) =>
    execa('docker', ['exec', '--interactive', node, 'kubectl', '--kubeconfig', '/etc/kubernetes/admin.conf', ...args], {
      reject: false,
      ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    })

  /** @returns the processes of the API server before and after. */
  async function restartApiServer(node: string): Promise<typeof servers> {
    const killed = await apiServerOf(node)
    await execa('docker', ['exec', node, 'kill', killed])
    const successor = await vi.waitUntil(async () => (await apiServerOf(node)).replace(killed, '').trim(), {
      timeout: 120_000,
      interval: 1000,
    })
    return { killed, successor }
  }

  /** Process of the API server; empty while there is none. */
  async function apiServerOf(node: string): Promise<string> {
    const { stdout } = await execa('docker', ['exec', node, 'pidof', 'kube-apiserver'], { reject: false })
    return stdout.trim()
  }

  /** What the engine's account may do at L4, by the cluster's own word. */
  async function rightsOn(node: string): Promise<string[]> {
    const namespace = 'rights'
    const engaged = { rollout: 'checkout', templates: ['error-rate'] }
    await kubectl(node, ['create', 'namespace', namespace])
    await kubectl(node, ['apply', '--filename', '-'], engineAccessManifests(namespace, engaged, 'L4'))
    const asked = [
      ['delete', 'pods', '--namespace', namespace],
      ['patch', 'rollouts.argoproj.io/checkout', '--subresource', 'status', '--namespace', namespace],
      ['patch', 'rollouts.argoproj.io/other', '--namespace', namespace],
      ['get', 'secrets', '--namespace', namespace],
      ['list', 'configmaps', '--namespace', namespace],
      ['create', 'pods', '--namespace', namespace],
      ['patch', 'rollouts.argoproj.io/checkout', '--namespace', 'default'],
      ['delete', 'pods', '--namespace', 'kube-system'],
    ]
    const ask = asked.map(async question => {
      const { stdout } = await kubectl(node, [
        ...['auth', 'can-i', '--as', `system:serviceaccount:${namespace}:carmine-engine`],
        ...question,
      ])
      return `${question.join(' ')}: ${stdout.trim()}`
    })
    const answers = await Promise.all(ask)
    await kubectl(node, ['delete', 'namespace', namespace, '--wait=false'])
    return answers
  }

  function dataOf<T extends EventType>(type: T): EventData<T>[] {
    return log.filter(event => event.type === type).map(({ data }) => data as EventData<T>)
  }

  test('the trial is valid, though the API server was restarted', () => {
    expect(servers.killed).toMatch(/^\d+$/)
    expect(servers.successor).toMatch(/^\d+$/)
    expect(dataOf('trial.invalidated')).toEqual([])
  })

  test('a safe action is allowed, applied and verified at L4', () => {
    const applied = dataOf('operation.finished').find(({ operation }) => operation === 'restartPod')
    expect(applied).toMatchObject({ actor: 'engine', ok: true, message: 'deleted' })
    const allowed = dataOf('gate.decided').find(({ verdict }) => verdict === 'allow')
    const { pod } = JSON.parse(allowed?.action ?? '{}') as { pod?: string }
    expect(dataOf('pod.changed').findLast(({ name }) => name === pod)?.phase).toBe('Gone')
    expect(dataOf('action.verified').map(({ effectId }) => effectId)).toContain(applied?.effectId)
  })

  test('the faulty deploy is aborted, diagnosed, and a patch that takes it back is proposed', async () => {
    const [deploy] = dataOf('release.updated')
    expect(dataOf('rollout.aborted')[0]).toMatchObject({
      actor: expect.stringMatching(/^(engine|argo)$/),
      podTemplateHash: deploy?.podTemplateHash,
    })
    const best = dataOf('diagnosis.made').map(({ ranked }) => ranked[0])
    const cause = { kind: 'errors', entity: 'checkout', change: `release/${deploy?.podTemplateHash}` }
    expect(best).toContainEqual(expect.objectContaining(cause))
    const proposals = join(folder, 'out/proposals')
    const patch = (await readdir(proposals)).find(file => file.endsWith('.patch'))!
    expect(JSON.parse(await readFile(join(proposals, patch), 'utf8'))).toContainEqual({
      op: 'replace',
      path: expect.stringMatching(/env\/\d+\/value$/),
      value: deploy?.fromValue,
    })
  })

  test('looks are taken again after the API server is back, and nothing is done twice', () => {
    const looks = log.filter(({ type }) => type === 'look.taken').map(({ t }) => t)
    expect(looks.filter(t => t > horizonMs - 40_000).length).toBeGreaterThan(3)
    const started = dataOf('operation.started').map(({ effectId }) => effectId)
    expect(new Set(started).size).toBe(started.length)
    expect(dataOf('operation.finished')).toHaveLength(started.length)
  })

  test('at L4 the engine may do what the safe classes need, and nothing outside its namespace', () => {
    const mayDo = rights.filter(right => right.endsWith(': yes'))
    expect(rights).toHaveLength(8)
    expect(mayDo).toEqual([
      'delete pods --namespace rights: yes',
      'patch rollouts.argoproj.io/checkout --subresource status --namespace rights: yes',
    ])
  })
})
