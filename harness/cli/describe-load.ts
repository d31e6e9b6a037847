import { formatRatio } from '../../reports/format.ts'
import { formatDuration } from '../model/duration.ts'
import type { LoadSpec } from '../model/load.ts'
import type { Instant } from '../model/scenario.ts'

/** What a scenario's load says, in a line; what it leaves to the parameters is not in it. */
export function describeLoad(load: LoadSpec): string {
  const { startsAt, stages = [], bursts = [], daily, burstiness, routes, laterRoutes, tenants } = load
  const parts = [`${load.requestsPerSecond} requests/s, index of dispersion ${load.dispersionIndex}`]
  if (startsAt !== undefined) parts.push(`from ${formatTimeOfDay(startsAt)} on`)
  if (stages.length > 0) {
    const described = stages.map(({ for: length, from, target }) => {
      const begin = from === undefined ? '' : `from ${from}x `
      return length === 0 ? `at once ${target}x` : `${begin}to ${target}x in ${formatDuration(length)}`
    })
    parts.push(described.join(', then '))
  }
  for (const { at, for: length, factor } of bursts)
    parts.push(`${factor}x at ${formatInstant(at)} for ${formatInstant(length)}`)
  if (daily !== undefined) parts.push(daily === 'off' ? 'no daily shape' : `daily shape${figures(daily)}`)
  if (burstiness !== undefined)
    parts.push(
      burstiness === 'off'
        ? 'no slow ups and downs'
        : `slow ups and downs${figures({
            variation: burstiness.variation,
            'correlation time': burstiness.correlationTime && formatDuration(burstiness.correlationTime),
          })}`,
    )
  if (routes !== undefined) parts.push(`routes ${formatShares(routes)}`)
  if (laterRoutes !== undefined) parts.push(`at ${formatInstant(laterRoutes.at)} ${formatShares(laterRoutes.routes)}`)
  if (tenants !== undefined)
    parts.push(
      'shares' in tenants
        ? `tenants ${formatShares(tenants.shares)}`
        : `${tenants.count} tenants, the n-th in proportion to n^-${tenants.zipf}`,
    )
  return parts.join('; ')
}

function figures(named: Readonly<Record<string, number | string | undefined>>): string {
  const given = Object.entries(named).filter(([, value]) => value !== undefined)
  return given.length === 0 ? '' : ` of ${given.map(([name, value]) => `${name} ${value}`).join(', ')}`
}

function formatShares(shares: Readonly<Record<string, number>>): string {
  return Object.entries(shares)
    .map(([name, share]) => `${name} ${formatRatio(share)}`)
    .join(', ')
}

function formatTimeOfDay(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  return [Math.floor(minutes / 60), minutes % 60].map(part => String(part).padStart(2, '0')).join(':')
}

function formatInstant(instant: Instant): string {
  if (typeof instant === 'number') return formatDuration(instant)
  return `${formatDuration(instant.from)} to ${formatDuration(instant.to)}`
}
