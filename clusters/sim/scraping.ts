import { within } from '../../harness/model/trial.ts'
import { dropPod } from '../looks.ts'
import { addSeries, addTarget, appendScrape, failScrape, removeTarget } from './prometheus/scrape.ts'
import { cellMs } from './subject/cell.ts'
import { scrapePod } from './subject/subject-pod.ts'
import type { DependencyState, RunningPod, World } from './world.ts'
import { dependency, type WorldSetting } from './world-setting.ts'

/**
 * Does the scrapes that were due up to now. Counters change only with the cell, so that nothing is lost by scraping late: a query or
 * a look calls this first. After the horizon there are scrapes while there are cells.
 */
export function scrapeUpTo(setting: WorldSetting, world: World, nowMs: number): void {
  const { plan, subject } = setting
  const atMs = telemetryUpToMs(setting, world, nowMs)
  const cellStartMs = world.cell?.startMs ?? atMs
  const intervalMs = subject.telemetry.scrapeInterval
  for (const pod of world.pods) {
    for (; pod.nextScrapeMs <= atMs; pod.nextScrapeMs += intervalMs) {
      if (within(plan.disturbances.prometheusDown, pod.nextScrapeMs)) continue
      const unreachable = pod.down || within(plan.disturbances.scrapesFail, pod.nextScrapeMs)
      if (unreachable) failScrape(world.prometheus, pod.target, pod.nextScrapeMs)
      else scrapePod(setting.exposition, world.prometheus, world.looks, pod, pod.nextScrapeMs, cellStartMs)
    }
  }
  const { dependency: other } = world
  for (; other.nextScrapeMs <= atMs; other.nextScrapeMs += intervalMs) {
    if (!within(plan.disturbances.prometheusDown, other.nextScrapeMs))
      scrapeDependency(setting, world, other, cellStartMs)
  }
}

/** How far the telemetry goes at a time. */
export function telemetryUpToMs({ plan }: WorldSetting, { cell }: World, nowMs: number): number {
  return cell === null ? Math.min(nowMs, plan.horizonMs) : nowMs
}

/** Cells go on after a time without: what was not scraped in it is not caught up on. */
export function resumeScrapes({ subject }: WorldSetting, { nowMs, pods, dependency: other }: World): void {
  const intervalMs = subject.telemetry.scrapeInterval
  for (const target of [...pods, other]) {
    const missed = Math.max(0, Math.ceil((nowMs - target.nextScrapeMs) / intervalMs))
    target.nextScrapeMs += missed * intervalMs
  }
}

/** A pod's process starts to be scraped. @returns the index of its target. */
export function discoverPod(setting: WorldSetting, world: World, name: string, podTemplateHash: string): number {
  const { telemetry, rollout } = setting.subject
  const { labels } = telemetry
  return addTarget(world.prometheus, {
    ...labels.constant,
    ...Object.fromEntries(labels.service.map(label => [label, rollout.metadata.name])),
    [labels.namespace]: setting.namespace,
    [labels.pod]: name,
    [labels.podTemplateHash]: podTemplateHash,
  })
}

/** The pod is gone: stale markers at the scrape that would have been next. */
export function forgetPod(setting: WorldSetting, world: World, pod: RunningPod): void {
  if (!within(setting.plan.disturbances.prometheusDown, pod.nextScrapeMs))
    removeTarget(world.prometheus, pod.target, pod.nextScrapeMs)
  dropPod(world.looks, pod.name)
}

export function discoverDependency(setting: WorldSetting, world: World): void {
  const { labels, scrapeInterval } = setting.subject.telemetry
  const target = addTarget(world.prometheus, {
    ...labels.constant,
    ...Object.fromEntries(labels.service.map(label => [label, dependency])),
    [labels.namespace]: setting.namespace,
  })
  Object.assign(world.dependency, { target, nextScrapeMs: world.nowMs + Math.floor(scrapeInterval / 2) })
}

function scrapeDependency(setting: WorldSetting, world: World, state: DependencyState, cellStartMs: number): void {
  const { code, requests } = setting.subject.telemetry
  const elapsed = Math.min(1, Math.max(0, (state.nextScrapeMs - cellStartMs) / cellMs))
  const now = ([0, 1] as const).map(outcome => state.counts[outcome] + Math.floor(state.growing[outcome] * elapsed))
  for (const outcome of [0, 1]) {
    if (now[outcome] === 0 || state.exposed.includes(outcome)) continue
    const label = outcome === 0 ? code.success : code.error
    addSeries(world.prometheus, state.target, requests.counter, { ...requests.labels, [code.label]: label })
    state.exposed.push(outcome)
  }
  appendScrape(
    world.prometheus,
    state.target,
    state.nextScrapeMs,
    state.exposed.map(outcome => now[outcome]!),
  )
}
