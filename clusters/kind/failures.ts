import type { ClusterSettings } from '../stage/settings.ts'

/** What kind, or Docker below it, says when a cluster cannot be made, and what is to be done about it. */
const known: readonly {
  readonly says: RegExp
  readonly fix: (settings: Pick<ClusterSettings, 'nodeImage'>) => string
}[] = [
  {
    says: /cannot connect to the docker daemon|is the docker daemon running|docker\.sock/i,
    fix: () => 'Docker is not running: start it, and see that `docker info` works',
  },
  {
    says: /failed to pull image|unable to find image|pull access denied|manifest unknown|no such host|lookup .* on /i,
    fix: ({ nodeImage }) =>
      `the node image ${nodeImage ?? 'of this version of kind'} is not here and cannot be pulled: set CARMINE_KIND_NODE_IMAGE to one of \`docker image ls kindest/node\`, or to that of a mirror`,
  },
  {
    says: /port is already allocated|address already in use/i,
    fix: () => 'a port that Docker was to open is taken: `docker ps` and `ss -ltn` show by what',
  },
  {
    says: /no space left on device/i,
    fix: () =>
      'the disk is full: `docker system df` shows what Docker holds, `docker system prune` frees what nobody uses',
  },
  {
    says: /too many open files|inotify/i,
    fix: () =>
      'the limits of inotify are too low: `sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512`',
  },
  {
    says: /could not find a log line that matches|kubelet is not running|timed out waiting for the condition|failed to init node/i,
    fix: () => 'the node did not start: `carmine doctor` checks memory, disk, cgroups and the limits of inotify',
  },
]

/** @param said what kind wrote to stderr. @returns the fix, and where it is not known where to look for it. */
export function fixOf(said: string, settings: Pick<ClusterSettings, 'nodeImage'>): string {
  return known.find(({ says }) => says.test(said))?.fix(settings) ?? '`carmine doctor` checks what a cluster needs'
}
