import { readFileSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { readClusterSettings } from '../../../clusters/stage/settings.ts'
import type { Check } from './check.ts'
import { type Answer, ask, notFound } from './probe.ts'

interface DockerInfo {
  readonly ServerVersion?: string
  readonly CgroupVersion?: string
  readonly DockerRootDir?: string
}

/** kind, Known issues: "Pod errors due to too many open files" (https://kind.sigs.k8s.io/docs/user/known-issues/). */
const inotifyWanted = { max_user_watches: 524_288, max_user_instances: 512 }

/** Assumption: the images of a run and its node need 4 GiB, and the kubelet evicts pods below 10 to 15 % of free disk. */
const diskWantedBytes = 10 * 2 ** 30

/** What `carmine run --backend kind` needs. */
export async function kindChecks(env: Readonly<Record<string, string | undefined>>): Promise<Check[]> {
  const [docker, kind, kubectl, k6, xk6, clusters, context, right] = await Promise.all([
    ask('docker', 'info', '--format', '{{json .}}'),
    ask('kind', 'version'),
    ask('kubectl', 'version', '--client'),
    ask('k6', 'version'),
    ask('xk6', '--help'),
    ask('kind', 'get', 'clusters'),
    ask('kubectl', 'config', 'current-context'),
    ask('kubectl', 'auth', 'can-i', 'create', 'rollouts.argoproj.io', '--request-timeout=8s'),
  ])
  const info = dockerInfo(docker)
  return [
    toolCheck(
      'docker',
      { ...docker, text: info.ServerVersion ? `engine ${info.ServerVersion}` : undefined },
      {
        needed: 'an engine that answers this user',
        why: "kind's nodes are containers",
        fix: 'start it, and see that `docker info` works (https://docs.docker.com/engine/install)',
      },
    ),
    toolCheck(
      'kind',
      { ...kind, text: kind.text?.split(' ')[1] },
      {
        needed: 'any version on the PATH',
        why: 'it makes the cluster of a run',
        fix: 'install it (https://kind.sigs.k8s.io/docs/user/quick-start/#installation)',
      },
    ),
    toolCheck(
      'kubectl',
      { ...kubectl, text: kubectl.text?.split('\n')[0]?.replace('Client Version: ', '') },
      {
        needed: 'any version on the PATH',
        why: 'it applies the manifests of a run',
        fix: 'install it (https://kubernetes.io/docs/tasks/tools)',
      },
    ),
    {
      ...toolCheck('k6', k6, { needed: '', why: '', fix: '' }),
      status: 'ok',
      found: k6Found(k6, readClusterSettings(env).k6Image),
      needed: 'its image; no program here',
      why: 'it sends the load from inside the cluster',
    },
    ...(process.platform === 'linux' ? [inotifyCheck(readInotify())] : []),
    ...(info.CgroupVersion === undefined ? [] : [cgroupCheck(info.CgroupVersion)]),
    diskCheck(freeBytes(info.DockerRootDir)),
    leftoverCheck(clusters.text?.split('\n').filter(name => /^carmine-[0-9a-f]{8}$/.test(name)) ?? []),
    {
      ...toolCheck(
        'xk6',
        { ...xk6, text: xk6.problem === notFound ? undefined : 'on the PATH' },
        {
          needed: 'any version on the PATH',
          why: 'it builds a k6 with extensions, for load scripts of your own that use some',
          fix: 'go install go.k6.io/xk6/cmd/xk6@latest',
        },
      ),
      group: 'optional',
    },
    accessCheck(context, right),
  ]
}

/** Of the current context: a run names its own, and looks at that more closely before it changes anything. */
export function accessCheck(context: Answer, right: Answer): Check {
  const name = context.text || undefined
  // kubectl answers no with exit code 1 and a word on stdout, so that its stderr has no reason.
  const found = name === undefined ? 'no current context' : `${name}: ${right.text ?? right.problem}`
  return {
    group: 'optional',
    name: 'your cluster',
    status: name === undefined || right.text?.startsWith('yes') !== true ? 'missing' : 'ok',
    found: right.text?.startsWith('yes') === true ? `${name}: may make Rollouts` : found,
    needed: 'a context whose cluster answers, has Argo Rollouts, and lets this user make Rollouts',
    why: 'carmine run --backend existing --context NAME runs there',
    fix: 'see that `kubectl auth can-i create rollouts.argoproj.io` says yes',
  }
}

/** Nothing where the answer is not that of a Docker engine. */
function dockerInfo({ text = '' }: Answer): DockerInfo {
  try {
    return JSON.parse(text) as DockerInfo
  } catch {
    return {}
  }
}

function toolCheck(name: string, { text, problem }: Answer, rest: Pick<Check, 'needed' | 'why' | 'fix'>): Check {
  const status = text === undefined ? 'missing' : 'ok'
  return { group: 'for kind', name, status, found: text?.split('\n')[0] || problem || 'no version', ...rest }
}

function k6Found({ text }: Answer, image: string): string {
  const local = /v\d+\.\d+\.\d+/.exec(text ?? '')?.[0]
  return `image ${image}${local === undefined ? '' : `; here ${local}`}`
}

/** @param limits of /proc/sys/fs/inotify, by name; those that cannot be read are left out. */
export function inotifyCheck(limits: Readonly<Record<string, number>>): Check {
  const low = Object.entries(inotifyWanted).filter(([name, wanted]) => (limits[name] ?? wanted) < wanted)
  return {
    group: 'for kind',
    name: 'inotify limits',
    status: low.length === 0 ? 'ok' : 'limited',
    found: Object.entries(limits)
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
    needed: Object.entries(inotifyWanted)
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
    why: 'pods of a busy cluster fail with "too many open files"',
    fix: `sudo sysctl ${low.map(([name, wanted]) => `fs.inotify.${name}=${wanted}`).join(' ')}`,
  }
}

export function cgroupCheck(version: string): Check {
  return {
    group: 'for kind',
    name: 'cgroups',
    status: version === '2' ? 'ok' : 'limited',
    found: `version ${version}`,
    needed: 'version 2',
    why: 'the kubelet refuses to start on version 1 from Kubernetes v1.35 on, unless its failCgroupV1 says otherwise',
    fix: 'boot with systemd.unified_cgroup_hierarchy=1, or choose an older node image in CARMINE_KIND_NODE_IMAGE',
  }
}

export function diskCheck(free: number): Check {
  const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(0)} GiB`
  return {
    group: 'for kind',
    name: 'free disk',
    status: free >= diskWantedBytes ? 'ok' : 'limited',
    found: gib(free),
    needed: gib(diskWantedBytes),
    why: 'images fill it, and the kubelet evicts pods when it runs out',
    fix: 'docker system prune, or more disk for docker',
  }
}

export function leftoverCheck(names: readonly string[]): Check {
  return {
    group: 'for kind',
    name: 'leftover clusters',
    status: names.length === 0 ? 'ok' : 'limited',
    found: names.length === 0 ? 'none' : names.join(', '),
    needed: 'none, unless a run is going on or was told to --retain',
    why: 'they take memory and cores from the next run, whose times suffer',
    fix: names.length === 0 ? '' : 'carmine clean; with --all those that were kept too',
  }
}

function readInotify(): Record<string, number> {
  const limits = Object.keys(inotifyWanted).flatMap((name): [string, number][] => {
    try {
      return [[name, Number(readFileSync(`/proc/sys/fs/inotify/${name}`, 'utf8'))]]
    } catch {
      return []
    }
  })
  return Object.fromEntries(limits)
}

/** Of the disk that docker writes to; of the one for temporary files where docker's is on another machine. */
function freeBytes(dockerRoot: string | undefined): number {
  for (const folder of [dockerRoot, tmpdir()]) {
    if (folder === undefined) continue
    try {
      const { bavail, bsize } = statfsSync(folder)
      return bavail * bsize
    } catch {}
  }
  return 0
}
