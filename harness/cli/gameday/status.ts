import type { CanaryStep } from '../../../clusters/manifests/argo-types.ts'
import { formatRatio } from '../../../reports/format.ts'
import { sparkline } from '../../../reports/sparkline.ts'
import { counted } from '../../model/counted.ts'
import { formatTime } from '../timeline.ts'
import type { Desk, Version } from './desk.ts'

/** What stands still at the foot of the screen while the game goes on. */
export interface StatusFacts {
  readonly desk: Desk
  readonly nowMs: number
  readonly level: string
  readonly policy: string
  readonly steps: readonly CanaryStep[]
  /** How fast the time goes; null: it stands still. */
  readonly speed: number | null
}

/** The least that is drawn as high as there is room: less is drawn low. */
const [leastErrors, leastMs] = [0.05, 500]
const versionsShown = 2

/** Lines of at most 79 columns. */
export function statusLines({ desk, nowMs, level, policy, steps, speed }: StatusFacts): string[] {
  const head = `${clock(nowMs)}  ${level} ${policy}  ${speed === null ? 'paused' : `speed ${speed}x`}`
  return [
    `${head}  ${rolloutText(desk, steps)}`,
    ...shownVersions(desk).map(version => versionLine(version, desk)),
    callLine(desk),
  ]
}

/** `5:05` */
export function clock(ms: number): string {
  return formatTime(Math.floor(ms / 1000) * 1000).replace(/\.0$/, '')
}

function rolloutText({ rollout }: Desk, steps: readonly CanaryStep[]): string {
  if (rollout === null) return ''
  const { phase, currentStepIndex, stepCount, aborted, held, currentHash, stableHash } = rollout
  if (aborted) return 'update aborted, weight 0%'
  if (currentHash === stableHash) return phase
  const reached = steps.slice(0, currentStepIndex + 1).flatMap(({ setWeight }) => setWeight ?? [])
  const weight = currentStepIndex >= stepCount ? 100 : (reached.at(-1) ?? 0)
  return `${held ? 'held' : phase}, step ${Math.min(stepCount, currentStepIndex + 1)} of ${stepCount}, weight ${weight}%`
}

/** The stable version and the one that comes or came last. */
function shownVersions({ versions, rollout }: Desk): Version[] {
  const stable = versions.find(({ hash }) => hash === rollout?.stableHash)
  const others = versions.filter(version => version !== stable).slice(-1)
  return [...(stable === undefined ? [] : [stable]), ...others].slice(0, versionsShown)
}

const trendColumns = 14

function versionLine({ hash, name, pods, points }: Version, { rollout }: Desk): string {
  const role = hash === rollout?.stableHash ? 'stable' : hash === rollout?.currentHash ? 'update' : 'old   '
  const errors = points.map(({ errorRatio }) => errorRatio)
  const times = points.map(({ p95Ms }) => p95Ms)
  const latest = pods === 0 ? undefined : points.at(-1)
  const shownMs = latest?.p95Ms === null || latest === undefined ? '–' : `${Math.round(latest.p95Ms)}ms`
  const shownErrors = latest === undefined ? '–' : formatRatio(latest.errorRatio)
  return [
    `${name.padEnd(3)} ${role} ${String(pods).padStart(2)} pods `,
    `errors ${shownErrors.padStart(6)} ${trend(errors, leastErrors)}`,
    `p95 ${shownMs.padStart(6)} ${trend(times, leastMs)}`,
  ].join(' ')
}

function trend(values: readonly (number | null)[], least: number): string {
  const last = values.slice(-trendColumns)
  const top = Math.max(least, ...last.map(value => value ?? 0))
  return sparkline(last, top).padEnd(trendColumns)
}

const lineColumns = 79

function callLine({ pages, unanswered, questions }: Desk): string {
  const paged =
    pages === 0 ? 'no page' : `${counted(pages, 'page')}${unanswered > 0 ? ', unanswered: ack' : ', acknowledged'}`
  const open = questions.filter(({ isOpen }) => isOpen)
  const asked =
    open.length === 0
      ? ''
      : `; approve or reject ${open.map(({ number, action }) => `${number}: ${action}`).join('; ')}`
  const line = `${paged}${asked}`
  return line.length <= lineColumns ? line : `${line.slice(0, lineColumns - 1)}…`
}
