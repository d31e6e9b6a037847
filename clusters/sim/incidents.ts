import type { Actor } from '../../harness/model/effect.ts'
import { record, show, type World } from './world.ts'
import type { WorldSetting } from './world-setting.ts'

/** What goes wrong without a deploy begins: with a flag that somebody switches on, or from now on to be felt. */
export function applyIncident({ plan }: WorldSetting, world: World): void {
  const { flag } = plan.incident!
  world.incidentOn = true
  if (flag !== null) changeFlag(world, 'human', flag.name, flag.before, flag.after)
}

/** Switches the flag off. @returns why it was refused; empty when it was done. */
export function switchFlagOff({ plan }: WorldSetting, world: World, actor: Actor): string {
  const flag = plan.incident?.flag ?? null
  if (flag === null || !world.incidentOn) return 'no flag is on'
  world.incidentOn = false
  changeFlag(world, actor, flag.name, flag.after, flag.before)
  return ''
}

function changeFlag(world: World, actor: Actor, flag: string, fromValue: string, toValue: string): void {
  record(world, 'flag.changed', { actor, flag, fromValue, toValue })
  show(world, { t: world.nowMs, type: 'flag.changed', flag, fromValue, toValue })
}
