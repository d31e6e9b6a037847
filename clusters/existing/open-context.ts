import { parse } from 'yaml'
import { didYouMean, InvalidInput } from '../../harness/model/problem.ts'
import { connectKube, type KubeApi, KubeError } from '../live/kube-api.ts'
import type { Cluster } from '../stage/cluster.ts'
import { runTool } from '../stage/tool.ts'
import { Unavailable } from '../stage/unavailable.ts'

/** A context of the user's kubeconfig, which is read and never written. */
export interface UserContext {
  readonly context: string
  /** Names that the kubeconfig gives to the cluster, and its address. */
  readonly clusterName: string
  readonly server: string
  readonly api: KubeApi
  /** The same cluster for kubectl, whose calls end with the signal. */
  cluster(signal?: AbortSignal): Cluster
}

const answerWithinMs = 8000

/** A context as the kubeconfig has it. */
interface NamedContext extends Pick<UserContext, 'context' | 'clusterName' | 'server'> {
  readonly kubeconfig: string
}

/**
 * Finds a context by its name, never the current one.
 * @throws InvalidInput where the kubeconfig has no such context
 */
export async function readContext(context: string, signal: AbortSignal): Promise<NamedContext> {
  const names = (await runTool('kubectl', ['config', 'get-contexts', '--output', 'name'], { signal }))
    .split('\n')
    .filter(name => name !== '')
  if (!names.includes(context)) {
    const there = names.length === 0 ? 'the kubeconfig has none' : `there are ${names.join(', ')}`
    const hint = didYouMean(context, names) ?? '`kubectl config get-contexts` lists them, KUBECONFIG names the file'
    const message = `the kubeconfig has no context \`${context}\`; ${there}`
    throw new InvalidInput([{ file: '--context', line: 1, column: 1, message, hint, severity: 'error' }])
  }
  const view = ['config', 'view', '--raw', '--minify', '--flatten', '--context', context]
  const kubeconfig = await runTool('kubectl', view, { signal })
  const { clusters } = parse(kubeconfig) as { clusters: { name: string; cluster: { server: string } }[] }
  const { name: clusterName, cluster } = clusters[0]!
  return { context, clusterName, server: cluster.server, kubeconfig }
}

/**
 * Finds a context, and asks its API server for an answer.
 * @throws InvalidInput where the kubeconfig has no such context; Unavailable where the cluster does not answer, or not to this user
 */
export async function openContext(name: string, signal: AbortSignal): Promise<UserContext> {
  const { context, clusterName, server, kubeconfig } = await readContext(name, signal)
  let api: KubeApi | undefined
  try {
    // A program that gives credentials may be missing, or fail.
    api = await connectKube(kubeconfig)
    await api.json('GET', '/api/v1', { signal, timeoutMs: answerWithinMs })
  } catch (error) {
    api?.close()
    signal.throwIfAborted()
    throw new Unavailable(noAnswer(context, server, error), { cause: error })
  }
  return {
    context,
    clusterName,
    server,
    api,
    cluster: ending => ({
      kubeconfig,
      kubectl: (args, input) =>
        runTool('kubectl', ['--context', context, ...args], {
          timeoutMs: 300_000,
          ...(ending && { signal: ending }),
          ...(input !== undefined && { input }),
        }),
    }),
  }
}

function noAnswer(context: string, server: string, error: unknown): string {
  const see = `see that \`kubectl --context ${context} get namespaces\` works`
  if (error instanceof KubeError && (error.status === 401 || error.status === 403)) {
    return `the cluster of ${context} (${server}) refuses these credentials (${error.status}): log in again; ${see}`
  }
  const why = error instanceof Error ? error.message : String(error)
  return `the cluster of ${context} does not answer at ${server}: ${why || 'the connection failed'}; ${see}`
}
