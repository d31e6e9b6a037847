import { addSeries, addTarget, appendScrape, failScrape, removeTarget } from '../scrape.ts'
import { absent, createStorage, type Storage } from '../storage.ts'
import type { DatasetTarget } from './dataset.ts'

/** The data set as our own storage has scraped it: every series is added just before the scrape in which it appears. */
export function loadDataset(targets: readonly DatasetTarget[], retentionMs: number): Storage {
  const storage = createStorage(retentionMs)
  const known = targets.map(({ labels }) => ({ target: addTarget(storage, labels), order: [] as number[] }))
  const scrapes = targets.flatMap(({ scrapes }, t) => scrapes.map(scrape => ({ scrape, t })))
  scrapes.sort((a, b) => a.scrape.atMs - b.scrape.atMs)
  for (const { scrape, t } of scrapes) {
    const { target, order } = known[t]!
    if (scrape.kind === 'failed') failScrape(storage, target, scrape.atMs)
    if (scrape.kind === 'gone') removeTarget(storage, target, scrape.atMs)
    if (scrape.kind !== 'ok') continue
    for (const [i, value] of scrape.values.entries()) {
      if (value === undefined || order.includes(i)) continue
      const { metric, labels } = targets[t]!.series[i]!
      addSeries(storage, target, metric, labels)
      order.push(i)
    }
    appendScrape(
      storage,
      target,
      scrape.atMs,
      order.map(i => scrape.values[i] ?? absent),
    )
  }
  return storage
}
