import { type Profiler, Session } from 'node:inspector'

/** Parts of a world and the sources that are theirs; the innermost frame of a sample that is in one of these says where it belongs. */
const parts: readonly (readonly [part: string, sources: RegExp])[] = [
  ['log', /harness\/model\/(?:frame|trial-log)\.ts/],
  ['judge and digest', /harness\/(?:judge\/|run\/run-unit\.ts)/],
  ['detectors', /remediator\//],
  [
    'analysis and PromQL',
    /clusters\/sim\/(?:expr|prometheus\/(?:eval|functions|syntax|\w+\.ts)|measure\.ts|argo\/\w*(?:analysis|measure|metric)\w*)/,
  ],
  [
    'scrapes and looks',
    /clusters\/(?:looks\.ts|sim\/(?:scraping\.ts|scrape-noise\.ts|past\.ts|\w+-targets\.ts|subject\/subject-pod\.ts|prometheus\/scrape\.ts))/,
  ],
  ['services and queues', /clusters\/sim\/(?:flow\.ts|system\/)/],
  ['cells', /clusters\/sim\/(?:traffic\.ts|groups\.ts|elsewhere\.ts|resources\.ts|subject\/)|harness\/stats\//],
  ['controllers and pods', /clusters\/sim\/(?:argo|kubernetes|pods\.ts|draw-pod\.ts|follow-rollout\.ts|releases\.ts)/],
  ['events, people and forge', /clusters\/sim\/|harness\/run\//],
]
const garbage = 'garbage collection'

/** Shares of the time that work takes, by part, from the engine's own sampling profiler. */
export function profileParts(work: () => void): Map<string, number> {
  const profile = sample(work)
  const nodes = new Map(profile.nodes.map(node => [node.id, node]))
  const parents = new Map(profile.nodes.flatMap(({ id, children }) => (children ?? []).map(child => [child, id])))
  const partOf = (leaf: number): string | undefined => {
    if (nodes.get(leaf)!.callFrame.functionName === '(garbage collector)') return garbage
    for (let id: number | undefined = leaf; id !== undefined; id = parents.get(id)) {
      const { url } = nodes.get(id)!.callFrame
      const part = parts.find(([, sources]) => sources.test(url))
      if (part !== undefined) return part[0]
    }
    // The profiler itself, and time that no source is to blame for.
    return undefined
  }
  const spent = new Map([...parts.map(([part]) => part), garbage].map(part => [part, 0]))
  let total = 0
  profile.samples!.forEach((leaf, i) => {
    const part = partOf(leaf)
    if (part === undefined) return
    const micros = profile.timeDeltas![i]!
    spent.set(part, spent.get(part)! + micros)
    total += micros
  })
  return new Map([...spent].map(([part, micros]) => [part, micros / total]))
}

/** The calls back come at once: the session is of this very thread. */
function sample(work: () => void): Profiler.Profile {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.setSamplingInterval', { interval: 500 })
  session.post('Profiler.start')
  work()
  let taken: Profiler.Profile | undefined
  session.post('Profiler.stop', (error, { profile }) => {
    if (error !== null) throw error
    taken = profile
  })
  session.disconnect()
  return taken!
}
