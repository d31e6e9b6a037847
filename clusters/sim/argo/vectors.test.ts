import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { CaseFile } from './case-file.ts'
import { playCase } from './play-case.ts'
import type { Recording } from './recorder.ts'

const counters = ['successful', 'failed', 'inconclusive', 'error', 'consecutiveError', 'consecutiveSuccess'] as const
/** Seconds by which the start of a measurement may differ: the reaction of the recorded cluster, and a second cut off. */
const toleranceS = 1.5

interface Recorded {
  readonly status: readonly (readonly [phase: string, currentStepIndex: number | null, message: string])[]
  readonly analysisRuns: readonly {
    readonly kind: string
    readonly phase: string
    readonly message: string
    readonly createdAt: number
    readonly metrics: readonly ({
      readonly name: string
      readonly phase: string
      readonly message: string
      readonly measurements: readonly (readonly [startedAt: number, phase: string, value: string | null])[]
    } & Readonly<Record<(typeof counters)[number], number>>)[]
  }[]
  readonly events: readonly (readonly [at: number, reason: string, message: string])[]
  readonly final: {
    readonly phase: string
    readonly currentStepIndex: number | null
    readonly stable: string
    readonly replicaSets: Readonly<Record<string, number>>
    readonly conditions: readonly (readonly [type: string, status: string, reason: string, message: string])[]
  }
}

const folder = new URL('./vectors/', import.meta.url)
const names = readdirSync(folder).filter(name => name.endsWith('.json'))

describe('the simulated controller tells the story that the real one told', () => {
  test.each(names)('%s', name => {
    const file = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as CaseFile & { recordings: Recorded[] }
    const played = shorten(playCase(file))
    const differences = file.recordings.map(recorded => {
      return { content: contentOf(recorded), late: lateMeasurements(played, recorded) }
    })
    const matching = differences.find(({ content, late }) => late.length === 0 && isEqual(content, contentOf(played)))
    if (matching === undefined) {
      expect(contentOf(played)).toEqual(differences[0]!.content)
      expect(differences.map(({ late }) => late)).toContainEqual([])
      expect.unreachable('it agrees with one recording in content and with the other in times')
    }
  })
})

/** What has to be equal, whatever the times: repeated rows count once. */
function contentOf({ status, analysisRuns, events, final }: Recorded) {
  return {
    status: folded(status.map(([phase, currentStepIndex]) => [phase, currentStepIndex])),
    runs: sorted(analysisRuns).map(run => {
      const metrics = run.metrics.map(metric => {
        const measurements = metric.measurements.map(([, phase, value]) => [phase, value])
        return [metric.name, metric.phase, metric.message, ...counters.map(counter => metric[counter]), measurements]
      })
      return [run.kind, run.phase, run.message, metrics]
    }),
    events: folded(events.map(([, reason, message]) => [reason, message])),
    final,
  }
}

function lateMeasurements(played: Recorded, recorded: Recorded): string[] {
  const expected = startsOf(recorded)
  return startsOf(played).flatMap((start, index) => {
    const wanted = expected[index] ?? Number.NaN
    return Math.abs(start - wanted) <= toleranceS ? [] : [`${start} for ${wanted}`]
  })
}

function startsOf(recorded: Recorded): number[] {
  return sorted(recorded.analysisRuns).flatMap(run =>
    run.metrics.flatMap(metric => metric.measurements.map(([start]) => start)),
  )
}

function sorted(runs: Recorded['analysisRuns']): Recorded['analysisRuns'] {
  return runs.toSorted((a, b) => a.createdAt - b.createdAt)
}

function folded<Row>(rows: readonly Row[]): Row[] {
  return rows.filter((row, index) => index === 0 || !isEqual(row, rows[index - 1]))
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function shorten({ status, analysisRuns, events, final }: Recording): Recorded {
  return {
    status: status.map(row => [row.phase, row.currentStepIndex ?? null, row.message]),
    analysisRuns: analysisRuns.map(run => ({
      ...run,
      metrics: run.metrics.map(metric => ({
        ...metric,
        measurements: metric.measurements.map(({ startedAt, phase, value }) => [startedAt, phase, value] as const),
      })),
    })),
    events: events.map(({ at, reason, message }) => [at, reason, message]),
    final: {
      phase: final.phase,
      currentStepIndex: final.currentStepIndex ?? null,
      stable: final.stable,
      replicaSets: Object.fromEntries(Object.entries(final.replicaSets).map(([name, { spec }]) => [name, spec])),
      conditions: final.conditions.map(({ type, status: value, reason, message }) => [type, value, reason, message]),
    },
  }
}
