import { useEffect, useRef, useState } from 'preact/hooks'
import { formatRatio } from '../../../format.ts'
import type { Timeline } from '../../../timeline/timeline.ts'
import { percent } from '../interval-plot.tsx'
import { DeedLanes } from './deeds-lane.tsx'
import { InstantFlags, reached } from './instants.tsx'
import { Lane, Path } from './lanes.tsx'
import { ratios, roundShare } from './ratios.ts'
import { clock, type TimeAxis, timeAxis } from './time-axis.ts'

/** The trial from left to right: what users and looks saw, what detectors thought, and what everybody did. */
export function TimelineChart({ timeline }: { timeline: Timeline }) {
  const frame = useRef<HTMLDivElement>(null)
  const width = useWidth(frame)
  const narrow = width < 520
  const axis = timeAxis(timeline, !narrow)
  const drawn = Math.max(200, narrow ? width : width - 136)
  const instants = reached(timeline)
  const instantsMs = instants.map(({ ms }) => ms)
  const told = instants.map(({ name, ms }) => `${name} at ${clock(ms)}`).join(', ')
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    <div ref={frame} class="lanes" role="group" aria-label={`Timeline of ${timeline.trial}`}>
      <p class="unseen">{told}. All that is drawn is told in the tables below.</p>
      <InstantFlags timeline={timeline} axis={axis} width={drawn} />
      <RatioLane of="errors" title="Error ratio" {...{ timeline, axis, instantsMs }} />
      <RatioLane of="slow" title="Slow ratio" {...{ timeline, axis, instantsMs }} />
      <UsersLane {...{ timeline, axis, instantsMs }} />
      <TrafficLane {...{ timeline, axis, instantsMs }} />
      <ScoreLanes {...{ timeline, axis, instantsMs }} />
      <DeedLanes timeline={timeline} axis={axis} width={drawn} instantsMs={instantsMs} />
      <div class="lane">
        <div class="lane-title" />
        <svg class="axis" width="100%" height="18" aria-hidden="true">
          {axis.ticks.map(({ ms, label }) => (
            <text
              key={ms}
              x={percent(axis.at(ms))}
              y="12"
              text-anchor={ms === 0 ? 'start' : axis.at(ms) > 0.98 ? 'end' : 'middle'}
            >
              {label}
            </text>
          ))}
        </svg>
      </div>
    </div>
  )
}

interface LaneOfTrial {
  readonly timeline: Timeline
  readonly axis: TimeAxis
  readonly instantsMs: readonly number[]
}

/** A line for each version, with where the top of the lane is. */
function RatioLane({ of, title, timeline, axis, instantsMs }: LaneOfTrial & { of: 'errors' | 'slow'; title: string }) {
  const height = 54
  const lines = timeline.versions.map(version => ({ name: version.name, points: ratios(version, of) }))
  const most = roundShare(Math.max(0, ...lines.flatMap(({ points }) => points.map(([, ratio]) => ratio ?? 0))))
  return (
    <Lane
      title={title}
      term={of === 'errors' ? 'errorRatio' : 'slowRatio'}
      note={`top is ${formatRatio(most)}`}
      {...{ height, axis, instantsMs }}
    >
      {lines.map(({ name, points }, i) => (
        <Path key={name} className={`series version-${Math.min(i, 3)}`} {...{ axis, points, most, height }} />
      ))}
    </Lane>
  )
}

/** What users got, over all services. */
function UsersLane({ timeline, axis, instantsMs }: LaneOfTrial) {
  const height = 40
  const { cellMs, requests, bad } = timeline.users
  const points = bad.map((count, i): [number, number | null] => [
    i * cellMs,
    requests[i] === 0 ? null : count / requests[i]!,
  ])
  const most = roundShare(Math.max(0, ...points.map(([, share]) => share ?? 0)))
  return (
    <Lane
      title="Users’ bad requests"
      term="badRequests"
      note={`top is ${formatRatio(most)}`}
      {...{ height, axis, instantsMs }}
    >
      <Path className="users" filled {...{ axis, points, most, height }} />
    </Lane>
  )
}

/** Pods that receive traffic, the versions stacked from the first one up. */
function TrafficLane({ timeline, axis, instantsMs }: LaneOfTrial) {
  const height = 40
  const { traffic, versions, horizonMs } = timeline
  const most = Math.max(1, ...traffic.map(({ pods }) => pods.reduce((sum, count) => sum + count, 0)))
  const last = traffic.at(-1)
  const ended = last === undefined ? traffic : [...traffic, { ...last, atMs: Math.max(last.atMs, horizonMs) }]
  const upTo = (version: number) =>
    ended.map(({ atMs, pods }): [number, number] => [
      atMs,
      pods.slice(0, version + 1).reduce((sum, count) => sum + count, 0),
    ])
  const served = versions.flatMap(({ name }, i) =>
    traffic.some(({ pods }) => (pods[i] ?? 0) > 0) ? [{ name, i }] : [],
  )
  return (
    <Lane
      title="Pods in traffic"
      note={`${served.map(({ name }) => name).join(', ')}; top is ${most}`}
      {...{ height, axis, instantsMs }}
    >
      {served.reverse().map(({ name, i }) => (
        <Path
          key={name}
          className={`pods version-${Math.min(i, 3)}`}
          steps
          filled
          points={upTo(i)}
          {...{ axis, most, height }}
        />
      ))}
    </Lane>
  )
}

/** A lane for each detector that was ever suspicious. */
function ScoreLanes({ timeline, axis, instantsMs }: LaneOfTrial) {
  const height = 32
  const shown = timeline.scores.filter(
    ({ scores, limit, firedMs }) => firedMs.length > 0 || scores.some(score => score > (limit ?? 1) / 20),
  )
  return (
    <>
      {shown.map(({ detector, deciding, limit, atMs, scores, firedMs }) => {
        const highest = Math.max(...scores)
        const most = limit === null ? Math.max(highest, 1e-9) : Math.max(limit * 1.25, Math.min(highest, limit * 2))
        const last = scores.at(-1) ?? 0
        const points = [
          ...atMs.map((ms, i): [number, number] => [ms, Math.max(0, scores[i]!)]),
          [timeline.horizonMs, Math.max(0, last)] as const,
        ]
        const limitY = limit === null ? 0 : height - 1 - (limit / most) * (height - 3)
        return (
          <Lane
            key={detector}
            title={detector}
            term="score"
            note={deciding ? 'decides' : 'in shadow'}
            {...{ height, axis, instantsMs }}
          >
            <Path
              className={deciding ? 'series score' : 'series score shadow'}
              steps
              {...{ axis, points, most, height }}
            />
            {limit !== null && <line class="limit" x1="0" x2={percent(axis.evenEnd)} y1={limitY} y2={limitY} />}
            {firedMs.map(ms => (
              <text key={ms} class="fired" x={percent(axis.at(ms))} y={height - 2} text-anchor="middle">
                ▲
              </text>
            ))}
          </Lane>
        )
      })}
    </>
  )
}

function useWidth(frame: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(900)
  useEffect(() => {
    if (frame.current === null) return
    const observer = new ResizeObserver(entries => setWidth(entries[0]!.contentRect.width))
    observer.observe(frame.current)
    return () => observer.disconnect()
  }, [frame])
  return width
}
