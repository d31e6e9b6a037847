import type { WorldSetting } from '../../../clusters/sim/world-setting.ts'
import type { TrialPlan } from '../../model/trial.ts'
import { streamKey, uniform } from '../../stats/uniform.ts'
import { createForge, type Forge, flagsFile, forgeDelay, type Push } from './forge.ts'
import { releaseChanges } from './release-content.ts'

const authors = ['alex', 'chris', 'kim', 'robin', 'sam'] as const

/** What people write over a change when they say nothing: the same for good and bad ones. */
const messages = ['Update FILE', 'Change KEY', 'Weekly changes of FILE', 'Bring KEY up to date', 'Adjust FILE'] as const

/** Who repairs and releases again. */
export const onCall = 'on-call'

/** The forge at a trial's start: its deploy and other changes are on their way, or will be. */
export function trialForge(setting: Pick<WorldSetting, 'plan' | 'subject' | 'parameters'>): Forge {
  const { plan, subject, parameters } = setting
  const { decoy, deployAtMs, incident, release } = plan
  const { file } = subject.release
  const before = { value: release.before, intent: release.intent?.before ?? null }
  const files: Record<string, Record<string, string>> = {
    [file]: Object.fromEntries(releaseChanges(setting, before).map(({ key, toValue }) => [key, toValue])),
  }
  if (incident?.flag) files[flagsFile] = { [incident.flag.name]: incident.flag.before }
  const pushes: Push[] = []
  if (decoy !== null) {
    files[decoy.file] = { ...files[decoy.file], [decoy.key]: decoy.fromValue }
    const changes = [{ file: decoy.file, key: decoy.key, toValue: decoy.toValue }]
    pushes.push({ ...words(plan, 'decoy', changes[0]!), atMs: decoy.atMs, changes, livesAtMs: null })
  }
  const forge = createForge(plan.seed, plan.scenario, files, pushes)
  if (deployAtMs === null) return forge
  const { pipeline } = parameters.forge
  const atMs =
    deployAtMs - forgeDelay(forge, 'image', pipeline.image, 0) - forgeDelay(forge, 'deploy', pipeline.deploy, 0)
  const changes = releaseChanges(setting, { value: release.after, intent: release.intent?.after ?? null })
  const push = { ...words(plan, 'deploy', changes[0]!), atMs, changes, livesAtMs: deployAtMs }
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
