import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { missingTools } from './environment.ts'

const missing = await missingTools()
const program = fileURLToPath(new URL('../../harness/cli/carmine.mjs', import.meta.url))
const parent = mkdtempSync(join(tmpdir(), 'carmine-interrupted-'))
afterAll(() => rmSync(parent, { recursive: true }))

const suite = join(parent, 'suite.yaml')
writeFileSync(
  suite,
  `apiVersion: carmine/v1alpha1
kind: Suite
metadata: { name: short }
spec:
  description: to be interrupted
  backend: kind
  scenarios: [error-ratio-smoke]
  seeds: 1
  levels: [L1]
  anchors: []
  horizon: 2m
  pause: 30s
`,
)

/** Runs have a folder of temporary files of their own: a clean-up here knows of no other run's. */
const temporary = join(parent, 'tmp')
mkdirSync(temporary)
const env = { ...process.env, TMPDIR: temporary }

interface Started {
  readonly process: ChildProcess
  readonly said: string[]
  /** Resolves with the first line that matches, told or still to come. */
  line(pattern: RegExp): Promise<string>
}

function start(...more: readonly string[]): Started {
  const child = spawn(process.execPath, [program, 'run', '--suite', suite, ...more], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const said: string[] = []
  const lines = createInterface({ input: child.stderr! })
  lines.on('line', line => said.push(line))
  return {
    process: child,
    said,
    async line(pattern) {
      for (;;) {
        const found = said.find(line => pattern.test(line))
        if (found !== undefined) return found
        if (child.exitCode !== null) throw new Error(`the run ended: ${said.join('\n')}`)
        await Promise.race([once(lines, 'line'), once(child, 'exit')])
      }
    },
  }
}

async function clusters(): Promise<string[]> {
  return (await execa('kind', ['get', 'clusters'])).stdout.split('\n')
}

/** Of what kind itself was doing when it lost its parent nobody here knows. */
function foldersOfRuns(): string[] {
  return readdirSync(temporary).filter(name => name.startsWith('carmine-'))
}

const nameIn = (line: string) => /carmine-[0-9a-f]{8}/.exec(line)![0]

describe.skipIf(missing.length > 0)(`an interrupted run on kind ${missing.join('; ')}`, () => {
  test('takes its namespaces back from a cluster that stands, and says how to go on', async () => {
    const cluster = inject('kindCluster')!
    const out = join(parent, 'out')
    const run = start('--cluster', cluster, '--out', out)
    await run.line(/: t = 0/)
    run.process.kill('SIGINT')
    expect(await once(run.process, 'exit')).toEqual([130, null])
    expect(run.said.at(-1)).toMatch(/run --suite .* --resume$/)
    const asked = ['exec', `${cluster}-control-plane`, 'kubectl', '--kubeconfig', '/etc/kubernetes/admin.conf']
    const selected = ['get', 'namespaces', '--selector', 'app.kubernetes.io/managed-by=carmine', '--output', 'name']
    expect((await execa('docker', [...asked, ...selected])).stdout).toBe('')
    expect(await clusters()).toContain(cluster)
    expect(foldersOfRuns()).toEqual([])
  })

  test('deletes the cluster that it was about to make', async () => {
    const run = start('--out', join(parent, 'creating'))
    const name = nameIn(await run.line(/creating the kind cluster/))
    run.process.kill('SIGINT')
    expect(await once(run.process, 'exit')).toEqual([130, null])
    expect(await clusters()).not.toContain(name)
    expect(foldersOfRuns()).toEqual([])
  })

  test('that was killed leaves what `carmine clean` finds and deletes', async () => {
    const run = start('--out', join(parent, 'killed'))
    const name = nameIn(await run.line(/loading images/))
    run.process.kill('SIGKILL')
    await once(run.process, 'exit')
    expect(await clusters()).toContain(name)
    const cleaned = await execa(process.execPath, [program, 'clean', '--yes', '--json'], { env })
    const { leftovers } = JSON.parse(cleaned.stdout) as { leftovers: { name: string; done: string }[] }
    expect(leftovers).toContainEqual(expect.objectContaining({ name, done: 'deleted' }))
    expect(await clusters()).not.toContain(name)
    expect(foldersOfRuns()).toEqual([])
  })
})
