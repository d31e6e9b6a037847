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
  const { k6Image, rolloutsManifest } = readClusterSettings(env)
  const [docker, kind, kubectl, k6, k6There, xk6, clusters, context, argo, right] = await Promise.all([
    ask('docker', 'info', '--format', '{{json .}}'),
    ask('kind', 'version'),
    ask('kubectl', 'version', '--client'),
    ask('k6', 'version'),
    ask('docker', 'image', 'inspect', '--format', '{{.Id}}', k6Image),
    ask('xk6', '--help'),
    ask('kind', 'get', 'clusters'),
    ask('kubectl', 'config', 'current-context'),
    ask('kubectl', 'get', '--raw', '/apis/argoproj.io/v1alpha1', '--request-timeout=8s'),
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
    k6Check(k6, k6There, k6Image),
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
    accessCheck(context, argo, right, rolloutsManifest),
  ]
}

/** Of the current context: a run names its own, and looks at that more closely before it changes anything. */
export function accessCheck(context: Answer, argo: Answer, right: Answer, rolloutsManifest: string): Check {
  const rest = {
    group: 'optional',
    name: 'your cluster',
    needed: 'a context whose cluster answers, has Argo Rollouts, and lets this user make Rollouts',
    why: 'carmine run --backend existing --context NAME runs there',
  } as const
  const missing = (found: string, fix: string): Check => ({ ...rest, status: 'missing', found, fix })
  const name = context.text
  if (!name) return missing('no current context', '`kubectl config get-contexts` lists them, `use-context` chooses one')
  if (argo.text === undefined) {
    // kubectl's words for a 404.
    if (!/NotFound|could not find the requested resource/.test(argo.problem))
      return missing(`${name}: ${argo.problem}`, `see that \`kubectl --context ${name} get namespaces\` works`)
    const apply = `kubectl --context ${name} apply --server-side -n argo-rollouts -f ${rolloutsManifest}`
    return missing(`${name}: no Argo Rollouts`, `kubectl --context ${name} create namespace argo-rollouts; ${apply}`)
  }
  if (right.text?.startsWith('yes') !== true) {
    // kubectl answers no with exit code 1 and a word on stdout, so that its stderr has no reason.
    const fix = 'have `kubectl auth can-i create rollouts.argoproj.io` say yes, in the namespaces of your runs at least'
    return missing(`${name}: Argo Rollouts, but this user may not make Rollouts in its namespace`, fix)
  }
  return { ...rest, status: 'ok', found: `${name}: Argo Rollouts, and may make Rollouts`, fix: '' }
}

/** @param there what Docker says of the image */
export function k6Check(local: Answer, there: Answer, image: string): Check {
  const here = /v\d+\.\d+\.\d+/.exec(local.text ?? '')?.[0]
  // Docker's words; where Docker itself does not answer, that is told for itself.
  const isAbsent = /no such (image|object)/i.test(there.problem)
  return {
    group: 'for kind',
    name: 'k6',
    status: isAbsent ? 'limited' : 'ok',
    found: `image ${image}${isAbsent ? ' is not here' : ''}${here === undefined ? '' : `; here ${here}`}`,
    needed: 'its image; a program here for --k6 local alone',
    why: 'it sends the load; a run pulls the image where it can',
    fix: `docker pull ${image}, or CARMINE_K6_IMAGE names one that is here`,
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
