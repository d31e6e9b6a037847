import * as z from 'zod'
import { interval, lognormalTime, share, time } from './entries.ts'

/** How Prometheus, its exporters and a prober work. */
export const telemetry = z.strictObject({
  scrapeLateness: lognormalTime.meta({ description: 'From the time that a scrape is due until it begins' }),
  missedScrapes: share.meta({ description: 'Scrapes that get no answer although the target is well' }),
  discovery: time.meta({ description: 'From the start of a container until Prometheus knows its target' }),
  clusterScrapeInterval: interval.meta({ description: 'Of the kubelet and kube-state-metrics' }),
  uptime: time.meta({
    description: 'How long the first revision has run when a trial begins: so far back goes what is queried',
  }),
  probe: z.strictObject({ interval, timeout: time }).meta({ description: 'A synthetic user at the entry' }),
})
export type TelemetryParameters = z.output<typeof telemetry>
