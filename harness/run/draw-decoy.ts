import type { Environment } from '../../clusters/sim/world-setting.ts'
import type { Decoy } from '../model/trial.ts'

/** Keys that people change now and then, and that do nothing here. */
const keys = [
  'env LOG_FORMAT',
  'env CACHE_TTL',
  'env MAX_BATCH',
  'resources.requests.cpu',
  'metadata.labels.team',
] as const

/**
 * A change of another service, in so many of all trials as the parameters say: without a fault, and not the one that is judged. It comes
 * within half a horizon of the trial's start, before or after, so that many are older than the trouble, as its cause would be.
 */
export function drawDecoy(
  { topology, parameters }: Environment,
  horizonMs: number,
  draw: (stream: string) => number,
): Decoy | null {
  if (draw('decoy?') >= parameters.changes.elsewhere.share) return null
  const services = Object.keys(topology.services).filter(name => name !== topology.subject)
  const service = services[Math.floor(draw('decoy/service') * services.length)]
  if (service === undefined) return null
  const value = (which: string) => Math.floor(draw(`decoy/${which}`) * 2 ** 32).toString(16)
  return {
    atMs: Math.round(((draw('decoy/at') - 0.5) * horizonMs) / 1000) * 1000,
    service,
    file: `${service}.yaml`,
    key: keys[Math.floor(draw('decoy/key') * keys.length)]!,
    fromValue: value('from'),
    toValue: value('to'),
  }
}
