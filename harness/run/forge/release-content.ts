import type { ReleaseValues } from '../../../clusters/sim/operations.ts'
import { patchKey } from '../../../clusters/sim/release-patch.ts'
import type { WorldSetting } from '../../../clusters/sim/world-setting.ts'
import { deviations } from '../../model/behaviour.ts'
import { decodeRelease, referenceExists } from '../../model/release.ts'
import type { TrialPlan } from '../../model/trial.ts'
import type { WantedChange } from './forge.ts'

type Where = Pick<WorldSetting, 'plan' | 'subject'>

/** What somebody releases: a repair that keeps what the release is for, what was before, or the release as it was. */
export type ReleaseKind = 'fix' | 'retry' | 'revert'

/** What the keys of the release hold in a file's contents. */
export function valuesIn(setting: Where, contents: Readonly<Record<string, string>>): ReleaseValues {
  const { valueKey, intentKey } = keysOf(setting)
  const { release } = setting.plan
  const value = contents[valueKey] ?? release.before
  return { value, intent: release.intent === null ? null : (contents[intentKey] ?? release.intent.before) }
}

/** The changes that bring these values, by key: their order tells nothing. */
export function releaseChanges(setting: Where, { value, intent }: ReleaseValues): WantedChange[] {
  const { file } = setting.subject.release
  const { valueKey, intentKey } = keysOf(setting)
  const own = { file, key: valueKey, toValue: value }
  if (intent === null) return [own]
  return [own, { file, key: intentKey, toValue: intent }].sort((a, b) => (a.key < b.key ? -1 : 1))
}

/** By what it contains, whoever releases it and whatever it is called. */
export function kindOf({ release, truth }: Pick<TrialPlan, 'release' | 'truth'>, values: ReleaseValues): ReleaseKind {
  const { value, intent } = values
  const isWrong = !isSound(release, value) || (truth.deploy === 'revert' && value === release.after)
  if (isWrong) return 'retry'
  const isLive = release.intent === null ? value !== release.before : intent === release.intent.after
  if (!isLive) return 'revert'
  return value === release.after ? 'retry' : 'fix'
}

/** Whether the contents can be built: a process that cannot read what it is told fails the tests. */
export function isReadable({ plan }: Where, { value, intent }: ReleaseValues): boolean {
  const { target } = plan.release
  return (
    (target !== 'env' && target !== 'setting' ? true : isDecodable(value)) && (intent === null || isDecodable(intent))
  )
}

function isSound({ target }: TrialPlan['release'], value: string): boolean {
  if (target !== 'env' && target !== 'setting') return referenceExists(value)
  return isDecodable(value) && (value === '' || Object.keys(deviations(decodeRelease(value))).length === 0)
}

/** Nothing is what a process that is told nothing does. */
function isDecodable(value: string): boolean {
  if (value === '') return true
  try {
    decodeRelease(value)
    return true
  } catch {
    return false
  }
}

function keysOf({ plan, subject }: Where): { readonly valueKey: string; readonly intentKey: string } {
  const { variable } = subject.release
  return { valueKey: patchKey(plan.release.target, variable), intentKey: patchKey('env', variable) }
}
