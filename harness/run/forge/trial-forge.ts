import { patchKey } from '../../../clusters/sim/release-patch.ts'
import type { WorldSetting } from '../../../clusters/sim/world-setting.ts'
import type { TrialPlan } from '../../model/trial.ts'
import { streamKey, uniform } from '../../stats/uniform.ts'
import { createForge, type Forge, forgeDelay, type Push } from './forge.ts'

const authors = ['alex', 'chris', 'kim', 'robin', 'sam'] as const

/** What people write over a change when they say nothing: the same for good and bad ones. */
const messages = ['Update FILE', 'Change KEY', 'Weekly changes of FILE', 'Bring KEY up to date', 'Adjust FILE'] as const

/** Who repairs and releases again. */
export const onCall = 'on-call'

/** Writes into the files what was rolled back on the cluster. */
export const rollbackBot = 'rollback-bot'

/** Where the release of the service under test stands in the files. */
export function releaseKey({ plan, subject }: Pick<WorldSetting, 'plan' | 'subject'>): { file: string; key: string } {
  const { file, variable } = subject.release
  return { file, key: patchKey(plan.release.target, variable) }
}

/** The forge at a trial's start: its deploy and other changes are on their way, or will be. */
export function trialForge(setting: Pick<WorldSetting, 'plan' | 'subject' | 'parameters'>): Forge {
  const { plan, parameters } = setting
  const { decoy, deployAtMs } = plan
  const { file, key } = releaseKey(setting)
  const files: Record<string, Record<string, string>> = { [file]: { [key]: plan.release.before } }
  const pushes: Push[] = []
  if (decoy !== null) {
    files[decoy.file] = { ...files[decoy.file], [decoy.key]: decoy.fromValue }
    const change = { file: decoy.file, key: decoy.key, toValue: decoy.toValue }
    pushes.push({ ...words(plan, 'decoy', change), atMs: decoy.atMs, change, livesAtMs: null })
  }
  const forge = createForge(plan.seed, plan.scenario, files, pushes)
  if (deployAtMs === null) return forge
  const { pipeline } = parameters.forge
  const atMs =
    deployAtMs - forgeDelay(forge, 'image', pipeline.image, 0) - forgeDelay(forge, 'deploy', pipeline.deploy, 0)
  const change = { file, key, toValue: plan.release.after }
  const push = { ...words(plan, 'deploy', change), atMs, change, livesAtMs: deployAtMs }
  return { ...forge, pushes: [...pushes, push].sort((a, b) => a.atMs - b.atMs) }
}

/** Keyed, and thus the same for a deploy and its twin. */
function words(
  { seed, scenario }: TrialPlan,
  what: string,
  { file, key }: { readonly file: string; readonly key: string },
): { author: string; message: string } {
  const pick = <T>(from: readonly T[], of: string) =>
    from[Math.floor(uniform(streamKey(seed, scenario, `forge/${of} of ${what}`), 0) * from.length)]!
  const message = pick(messages, 'message').replace('FILE', file).replace('KEY', key)
  return { author: pick(authors, 'author'), message }
}
