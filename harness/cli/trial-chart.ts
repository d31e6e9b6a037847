import { formatRatio } from '../../reports/format.ts'
import { sparkline } from '../../reports/sparkline.ts'
import { type Axis, axisOf, bucketAt, served, shares } from '../../reports/timeline/buckets.ts'
import { actors, type Deed, deedsOf } from '../../reports/timeline/deeds.ts'
import { seriesOf, type TrialSeries } from '../../reports/timeline/series.ts'
import type { TrialEvent } from '../model/event.ts'
import { wrapText } from './columns.ts'
import { formatTime } from './timeline.ts'

/** Instants by name, in ms of trial time; null where one did not come. */
type Instants = Readonly<Record<string, number | null>>

const defaultLookMs = 5000
/** What the objective of 99 % allows: less is drawn low, not as high as there is room. */
const leastTop = 0.01
const beforeMs = 60_000
const shortestMs = 5 * 60_000
const afterShare = 0.2
const scaleColumns = 11

/**
 * A trial at a glance, as wide as `columns`: the judge's instants by number, the SLIs, weight and pods of each version as sparklines, and
 * who did what, on one axis that ends soon after the last thing that happened before the horizon.
 */
export function renderTrialChart(
  events: readonly TrialEvent[],
  { instants, horizonMs, columns }: { instants: Instants; horizonMs: number; columns: number },
): string {
  const deeds = deedsOf(events)
  const series = seriesOf(events)
  const rowsOf = (axis: Axis) => [
    ...instantRows(axis, instants),
    ...versionRows(axis, series),
    ...actorRows(axis, deeds),
  ]
  const { fromMs, toMs } = windowOf(events, deeds, instants, horizonMs)
  const lookMs = lookIntervalOf(events) ?? defaultLookMs
  const names = Math.max(...rowsOf({ fromMs, bucketMs: lookMs, buckets: 1 }).map(({ name }) => name.length))
  const room = columns - names - scaleColumns - 4
  const axis = axisOf(fromMs, Math.max(toMs, Math.min(horizonMs, fromMs + room * lookMs)), room, lookMs)
  const endMs = fromMs + axis.buckets * axis.bucketMs
  const rows = [{ name: '', drawn: ticks(axis), scale: '' }, ...rowsOf(axis)]
  const lines = rows.map(({ name, drawn, scale }) =>
    `${name.padEnd(names)}  ${drawn.padEnd(axis.buckets)}  ${scale}`.trimEnd(),
  )
  return [...lines, ...wrapText(legendOf(axis, deeds, endMs, horizonMs), columns)].map(line => `${line}\n`).join('')
}

interface ChartRow {
  readonly name: string
  readonly drawn: string
  readonly scale: string
}

function lookIntervalOf(events: readonly TrialEvent[]): number | undefined {
  const look = events.find(event => event.type === 'look.taken')?.data
  return look === undefined ? undefined : look.toMs - look.fromMs
}

/** From a minute before the deploy to a while after the last thing that happened, at most to the horizon. */
function windowOf(events: readonly TrialEvent[], deeds: readonly Deed[], instants: Instants, horizonMs: number) {
  const changes = events.filter(({ type }) => type === 'traffic.shifted').map(({ t }) => t)
  const open = ['recovered', 'detected', 'acted'].some(name => instants[name] === null) && instants['onset'] !== null
  const known = [...Object.values(instants), ...deeds.map(({ atMs }) => atMs), ...changes]
  const seen = known.filter(atMs => atMs !== null && atMs <= horizonMs) as number[]
  const fromMs = Math.max(0, Math.floor(((instants['deployed'] ?? 0) - beforeMs) / beforeMs) * beforeMs)
  const lastMs = Math.max(fromMs, ...seen)
  const toMs = open ? horizonMs : lastMs + (lastMs - fromMs) * afterShare
  return { fromMs, toMs: Math.min(horizonMs, Math.max(fromMs + shortestMs, toMs)) }
}

/** The number of each instant in the order of a deploy's life; those of the same bucket stand one below the other. */
function instantRows(axis: Axis, instants: Instants): ChartRow[] {
  const numbered = Object.values(instants).map((atMs, i) => ({ atMs, sign: String(i + 1) }))
  return stacked(axis, 'instants', numbered)
}

/** Signs at their times; those of the same bucket stand one below the other, once each. */
function stacked(axis: Axis, name: string, signs: readonly { atMs: number | null; sign: string }[]): ChartRow[] {
  const lines: string[][] = []
  for (const { atMs, sign } of signs) {
    const bucket = atMs === null ? null : bucketAt(axis, atMs)
    if (bucket === null || lines.some(line => line[bucket] === sign)) continue
    const free = lines.find(line => line[bucket] === undefined) ?? lines[lines.push([]) - 1]!
    free[bucket] = sign
  }
  return lines.map((line, n) => ({
    name: n === 0 ? name : '',
    drawn: Array.from({ length: axis.buckets }, (_, i) => line[i] ?? ' ').join(''),
    scale: '',
  }))
}

function versionRows(axis: Axis, { versions, traffic }: TrialSeries): ChartRow[] {
  const row = (name: string, drawn: (number | null)[], top: number, format: (most: number) => string) => {
    const most = Math.max(0, ...drawn.map(value => value ?? 0))
    return { name, drawn: sparkline(drawn, Math.max(top, leastTop)), scale: `to ${format(most)}` }
  }
  const live = versions.flatMap((version, index) =>
    version.requests.some(count => count > 0) ? [{ ...version, index }] : [],
  )
  const ratioRows = (of: 'errors' | 'slow') => {
    const all = live.map(version => ({ name: `${of} ${version.name}`, drawn: shares(axis, version, of) }))
    const top = Math.max(0, ...all.flatMap(({ drawn }) => drawn.map(value => value ?? 0)))
    return all.map(({ name, drawn }) => row(name, drawn, top, formatRatio))
  }
  const mostPods = Math.max(0, ...traffic.flatMap(({ pods }) => pods))
  return [
    ...ratioRows('errors'),
    ...ratioRows('slow'),
    ...live
      .filter(({ index }) => index > 0)
      .map(({ name, index }) => row(`weight ${name}`, served(axis, traffic, index, 'share'), 1, formatRatio)),
    ...live.map(({ name, index }) => row(`pods ${name}`, served(axis, traffic, index, 'pods'), mostPods, String)),
  ]
}

/** A letter for each deed. */
function actorRows(axis: Axis, deeds: readonly Deed[]): ChartRow[] {
  const letters = lettersOf(shownDeeds(axis, deeds))
  return actors.flatMap(actor => {
    const own = shownDeeds(axis, deeds).filter(deed => deed.actor === actor)
    const signs = own.map(({ atMs, deed }) => ({ atMs, sign: letters.get(deed)! }))
    return stacked(axis, actor, signs)
  })
}

function shownDeeds(axis: Axis, deeds: readonly Deed[]): Deed[] {
  return deeds.filter(({ atMs }) => bucketAt(axis, atMs) !== null)
}

/** The first letter of a deed that no other has. */
function lettersOf(deeds: readonly Deed[]): Map<string, string> {
  const letters = new Map<string, string>()
  for (const { deed } of deeds) {
    if (letters.has(deed)) continue
    const taken = new Set(letters.values())
    letters.set(deed, [...deed, ...deed.toUpperCase()].find(letter => /\w/.test(letter) && !taken.has(letter)) ?? '*')
  }
  return letters
}

function legendOf(axis: Axis, deeds: readonly Deed[], endMs: number, horizonMs: number): string {
  const letters = [...lettersOf(shownDeeds(axis, deeds))].map(([deed, letter]) => `${letter} ${deed}`)
  const seconds = axis.bucketMs / 1000
  const range = endMs < horizonMs ? `; nothing from ${formatTime(endMs)} to the horizon` : ''
  return [`a column is ${seconds} s${range}`, ...letters].join('; ')
}

const tickSteps = [15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400].map(seconds => seconds * 1000)

/** `|2:00` at round times, far enough apart to read. */
function ticks({ fromMs, bucketMs, buckets }: Axis): string {
  const stepMs = tickSteps.find(step => step / bucketMs >= 9) ?? tickSteps.at(-1)!
  let line = ''
  for (let atMs = Math.ceil(fromMs / stepMs) * stepMs; ; atMs += stepMs) {
    const bucket = Math.round((atMs - fromMs) / bucketMs)
    const label = `|${formatTime(atMs).replace(/\.0$/, '')}`
    if (bucket + label.length > buckets) return line
    line = `${line.padEnd(bucket)}${label}`
  }
}
