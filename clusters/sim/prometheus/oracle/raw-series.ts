import type { DatasetTarget } from './dataset.ts'
import type { RawSeries } from './remote-write.ts'

/**
 * The samples that Prometheus' scrape loop would have stored (v3.5.0, scrape/scrape.go): `up` beside the target's series, a stale marker where a series is missed that
 * the scrape before had, for all of them when a scrape fails, and for `up` too when the target is gone.
 */
export function rawSeries({ labels, series, scrapes }: DatasetTarget): RawSeries[] {
  const up: { atMs: number; value: number | 'stale' }[] = scrapes.map(({ kind, atMs }) => ({
    atMs,
    value: kind === 'ok' ? 1 : kind === 'failed' ? 0 : 'stale',
  }))
  const stored = series.map(({ metric, labels: own }, i): RawSeries => {
    const samples: { atMs: number; value: number | 'stale' }[] = []
    let fresh = false
    for (const scrape of scrapes) {
      const value = scrape.kind === 'ok' ? scrape.values[i] : undefined
      if (value !== undefined) samples.push({ atMs: scrape.atMs, value })
      else if (fresh) samples.push({ atMs: scrape.atMs, value: 'stale' })
      fresh = value !== undefined
    }
    const exported = Object.entries(own).map(([name, value]) => [name in labels ? `exported_${name}` : name, value])
    return { labels: { ...Object.fromEntries(exported), ...labels, __name__: metric }, samples }
  })
  return [{ labels: { ...labels, __name__: 'up' }, samples: up }, ...stored].filter(({ samples }) => samples.length > 0)
}
