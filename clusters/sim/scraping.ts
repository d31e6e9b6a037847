import { within } from '../../harness/model/trial.ts'
import { dropPod } from '../look-maker.ts'
import { addClusterTargets, scrapeCluster } from './cluster-targets.ts'
import { addProber } from './prober.ts'
import { addTarget, failScrape, removeTarget } from './prometheus/scrape.ts'
import { drawScrape, missed, type ScrapeNoise } from './scrape-noise.ts'
import { addService, scrapeService } from './service-targets.ts'
import { cellMs } from './subject/cell.ts'
import { scrapePod } from './subject/subject-pod.ts'
import { firstScrapeMs, podScrapeKey } from './telemetry-setting.ts'
import type { RunningPod, World } from './world.ts'
import type { WorldSetting } from './world-setting.ts'

/** The container's port that Prometheus scrapes has this name; where none has, it is the first one. */
const scrapedPort = 'metrics'

/** Keys of what is no pod. */
const firstServiceKey = -1
const firstClusterKey = -1_000_000

/**
 * Does the scrapes that were due up to now. Counters change only with the cell, so that nothing is lost by scraping late: a query or
 * a look calls this first. After the horizon there are scrapes while there are cells.
 */
export function scrapeUpTo(setting: WorldSetting, world: World, nowMs: number): void {
  const { plan, telemetry } = setting
  const atMs = telemetryUpToMs(setting, world, nowMs)
  const cellStartMs = world.cell?.startMs ?? atMs
  const { prometheus, looks, pods } = world
  // As `takeScrapes`, but without a callback: nothing in a world happens as often.
  for (const pod of pods) {
    while (pod.nextScrapeMs <= atMs) {
      const lateMs = drawScrape(telemetry.scrapes, podScrapeKey(pod), pod.nextScrapeMs)
      const scrapeMs = pod.nextScrapeMs + Math.max(0, lateMs)
      if (scrapeMs > atMs) break
      pod.nextScrapeMs += telemetry.scrapes.intervalMs
      if (!isScraping(setting, scrapeMs)) continue
      if (lateMs === missed || pod.down || within(plan.disturbances.scrapesFail, scrapeMs))
        failScrape(prometheus, pod.target, scrapeMs)
      else scrapePod(telemetry.exposition, prometheus, looks, pod, podScrapeKey(pod), scrapeMs, cellStartMs)
    }
  }
  for (const service of world.services) {
    if (service.nextScrapeMs > atMs) continue
    takeScrapes(setting, telemetry.scrapes, service, service.scrapeKey, atMs, (scrapeMs, fails) => {
      if (fails) failScrape(prometheus, service.target, scrapeMs)
      else scrapeService(telemetry.services, prometheus, looks, service, scrapeMs, elapsedAt(scrapeMs, cellStartMs))
    })
  }
  for (const exporter of world.clusterTargets) {
    takeScrapes(setting, telemetry.clusterScrapes, exporter, exporter.scrapeKey, atMs, (scrapeMs, fails) => {
      if (fails) failScrape(prometheus, exporter.target, scrapeMs)
      else scrapeCluster(telemetry.cluster, prometheus, exporter, pods, scrapeMs, elapsedAt(scrapeMs, cellStartMs))
    })
  }
}

/** Takes a target's scrapes that happen up to a time, one after the other; those of a Prometheus that is down do not happen. */
function takeScrapes(
  setting: WorldSetting,
  noise: ScrapeNoise,
  target: { nextScrapeMs: number },
  scrapeKey: number,
  upToMs: number,
  take: (scrapeMs: number, fails: boolean) => void,
): void {
  while (target.nextScrapeMs <= upToMs) {
    const dueMs = target.nextScrapeMs
    const lateMs = drawScrape(noise, scrapeKey, dueMs)
    const scrapeMs = dueMs + Math.max(0, lateMs)
    if (scrapeMs > upToMs) return
    target.nextScrapeMs = dueMs + noise.intervalMs
    if (isScraping(setting, scrapeMs)) take(scrapeMs, lateMs === missed)
  }
}

function elapsedAt(atMs: number, cellStartMs: number): number {
  return Math.min(1, Math.max(0, (atMs - cellStartMs) / cellMs))
}

/**
 * Whether Prometheus scrapes at a time. When it has restarted, it has all samples again from its write-ahead log and discovers every
 * target anew, whose offset stays: a hash of the target and of Prometheus' own host name (v3.5.0, scrape/target.go, offset).
 */
export function isScraping({ plan, telemetry }: WorldSetting, atMs: number): boolean {
  const { prometheusDown, prometheusRestarts } = plan.disturbances
  if (within(prometheusDown, atMs)) return false
  for (const { fromMs, toMs } of prometheusRestarts)
    if (fromMs <= atMs && atMs < toMs + telemetry.discoveryDelayMs) return false
  return true
}

/** How far the telemetry goes at a time. */
export function telemetryUpToMs({ plan }: WorldSetting, { cell }: World, nowMs: number): number {
  return cell === null ? Math.min(nowMs, plan.horizonMs) : nowMs
}

/** Cells go on after a time without: what was not scraped in it is not caught up on. */
export function resumeScrapes({ telemetry }: WorldSetting, { nowMs, pods, services, clusterTargets }: World): void {
  const resume = (target: { nextScrapeMs: number }, { intervalMs }: ScrapeNoise) => {
    const missedScrapes = Math.max(0, Math.ceil((nowMs - target.nextScrapeMs) / intervalMs))
    target.nextScrapeMs += missedScrapes * intervalMs
  }
  for (const target of [...pods, ...services]) resume(target, telemetry.scrapes)
  for (const target of clusterTargets) resume(target, telemetry.clusterScrapes)
}

/** A pod's process starts to be scraped, a little later. @returns its target, and when it is scraped first. */
export function discoverPod(
  setting: WorldSetting,
  world: World,
  pod: Pick<RunningPod, 'name' | 'podTemplateHash' | 'revision' | 'ordinal'>,
  ip: string,
): { target: number; nextScrapeMs: number } {
  const { labels } = setting.subject.telemetry
  const { telemetry } = setting
  const target = addTarget(world.prometheus, {
    ...serviceLabels(setting, setting.subject.rollout.metadata.name, ip),
    [labels.pod]: pod.name,
    [labels.podTemplateHash]: pod.podTemplateHash,
  })
  const knownMs = world.nowMs + telemetry.discoveryDelayMs
  return { target, nextScrapeMs: firstScrapeMs(telemetry.offsets, telemetry.scrapes, podScrapeKey(pod), knownMs) }
}

/** @param host of the target's address, which is its `instance`. */
function serviceLabels({ subject, namespace }: WorldSetting, name: string, host: string): Record<string, string> {
  const { labels } = subject.telemetry
  const { ports = [] } = subject.rollout.spec.template.spec?.containers[0] ?? {}
  const port = (ports.find(({ name }) => name === scrapedPort) ?? ports[0])?.containerPort ?? 80
  return {
    instance: `${host}:${port}`,
    ...labels.constant,
    ...Object.fromEntries(labels.service.map(label => [label, name])),
    [labels.namespace]: namespace,
  }
}

/**
 * The pod is gone: stale markers at the scrape that would have been next. A Prometheus that is down then, or has restarted since and so
 * never knew the pod, writes none (v3.5.0, scrape/scrape.go, run), and the last values stand for the look-back.
 */
export function forgetPod(setting: WorldSetting, world: World, pod: RunningPod): void {
  const isRestarting = within(setting.plan.disturbances.prometheusRestarts, world.nowMs)
  if (!isRestarting && isScraping(setting, pod.nextScrapeMs))
    removeTarget(world.prometheus, pod.target, pod.nextScrapeMs)
  dropPod(world.looks, pod.name)
}

/** All targets but the subject's pods: the other services, the exporters of the cluster, the prober. */
export function discoverOthers(setting: WorldSetting, world: World): void {
  const { telemetry, topology } = setting
  const { prometheus, nowMs } = world
  const names = Object.keys(topology.services).filter(name => name !== topology.subject)
  names.forEach((name, i) => {
    const key = firstServiceKey - i
    const next = firstScrapeMs(telemetry.offsets, telemetry.scrapes, key, nowMs)
    world.services.push(addService(prometheus, name, serviceLabels(setting, name, name), key, next))
  })
  const nextOf = (key: number) => firstScrapeMs(telemetry.offsets, telemetry.clusterScrapes, key, nowMs)
  world.clusterTargets.push(...addClusterTargets(telemetry.cluster, prometheus, firstClusterKey, nextOf))
  world.prober = addProber(telemetry.prober, prometheus, topology.entry)
}
