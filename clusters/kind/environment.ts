import { execa } from 'execa'
import { Unavailable } from '../stage/unavailable.ts'

/** What a run on kind needs and this machine has not. */
export class EnvironmentMissing extends Unavailable {
  readonly missing: readonly string[]
  constructor(missing: readonly string[]) {
    super(`the kind backend is not available here: ${missing.join('; ')}`)
    this.name = 'EnvironmentMissing'
    this.missing = missing
  }
}

const probes = [
  { tool: 'docker', args: ['info', '--format', '{{.ServerVersion}}'], advice: 'a running Docker engine' },
  { tool: 'kind', args: ['version'], advice: 'kind on the PATH (https://kind.sigs.k8s.io)' },
  { tool: 'kubectl', args: ['version', '--client'], advice: 'kubectl on the PATH' },
]

/** What is missing, as sentences; empty where a kind cluster can be created. */
export async function missingTools(): Promise<string[]> {
  const results = await Promise.all(
    probes.map(({ tool, args }) => execa(tool, args, { reject: false, timeout: 15_000, stdin: 'ignore' })),
  )
  return results.flatMap((result, i) => {
    const { tool, advice } = probes[i]!
    if (!result.failed) return []
    const said = result.stderr.trim().split('\n').at(-1) || result.shortMessage
    return [`needs ${advice} (${tool}: ${said})`]
  })
}

/** @throws EnvironmentMissing */
export async function requireTools(): Promise<void> {
  const missing = await missingTools()
  if (missing.length > 0) throw new EnvironmentMissing(missing)
}
