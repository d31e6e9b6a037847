import type { AnalysisRunView } from '../../../harness/model/observation.ts'
import type { AnalysisRun, Measurement, MetricResult } from './analysis-run.ts'
import type { PlayedQuery } from './case-ports.ts'
import type { EmittedEvent, RolloutCondition, RolloutState, RolloutStatus } from './state.ts'
import { drainChanges, drainEvents, statusBehind } from './views.ts'

interface StatusRow {
  readonly at: number
  readonly phase: string
  readonly currentStepIndex?: number
  readonly message: string
  readonly pauseConditions?: readonly string[]
  readonly controllerPause?: true
  readonly abort?: true
  readonly promoteFull?: true
  readonly paused?: true
  readonly stable: string
  readonly current: string
}

interface EventRow {
  readonly at: number
  readonly reason: string
  readonly type: string
  readonly message: string
  readonly run?: string
}

interface ReplicaCountRow {
  readonly spec: number
  readonly available: number
}

interface MeasurementRow {
  readonly startedAt: number
  readonly finishedAt: number
  readonly phase: string
  readonly value: string | null
  readonly message: string
}

interface RunRow {
  readonly name: string
  readonly kind: AnalysisRunView['kind']
  readonly createdAt: number
  readonly podHash: string
  readonly phase: string
  readonly message: string
  readonly args: AnalysisRun['spec']['args']
  readonly runSummary: AnalysisRun['runSummary']
  readonly dryRunSummary: AnalysisRun['dryRunSummary']
  readonly startedAt: number | null
  readonly completedAt: number | null
  readonly metrics: readonly (Omit<MetricResult, 'measurements'> & {
    readonly kept: number
    readonly measurements: readonly MeasurementRow[]
  })[]
}

/**
 * What a watcher of the cluster saw, `at` in seconds after the update. `r1`, `r2`, … are ReplicaSets in order of creation; in texts
 * their hashes are written `{r1}`, `{r2}`.
 */
export interface Recording {
  readonly status: readonly StatusRow[]
  readonly conditions: readonly {
    readonly at: number
    readonly type: string
    readonly status: string
    readonly reason: string
    readonly message: string
  }[]
  readonly replicas: readonly Readonly<Record<string, ReplicaCountRow | number>>[]
  readonly analysisRuns: readonly RunRow[]
  readonly queries: readonly { readonly at: number; readonly query: string; readonly answer: PlayedQuery['answer'] }[]
  readonly events: readonly EventRow[]
  readonly analysisRunEvents: readonly EventRow[]
  readonly final: StatusRow & {
    readonly replicaSets: Readonly<Record<string, ReplicaCountRow>>
    readonly conditions: readonly Omit<RolloutCondition, 'lastUpdateMs'>[]
  }
}

interface WatchedRun {
  readonly run: AnalysisRun
  /** All ever taken, by metric: the run itself keeps the last ones. */
  readonly taken: Map<string, Measurement[]>
}

/** Watches a state from a time on and writes down what changes. */
export class Recorder {
  readonly #startMs: number
  readonly #hashes: string[] = []
  readonly #status: StatusRow[] = []
  readonly #conditions: Recording['conditions'][number][] = []
  readonly #replicas: Readonly<Record<string, ReplicaCountRow | number>>[] = []
  readonly #events: EmittedEvent[] = []
  readonly #runs = new Map<string, WatchedRun>()
  #seen: readonly RolloutCondition[] = []

  constructor(startMs: number) {
    this.#startMs = startMs
  }

  /** Rank of a ReplicaSet by creation, from 1; a hash that is new is given the next. */
  numberOf(podTemplateHash: string): number {
    const index = this.#hashes.indexOf(podTemplateHash)
    return index >= 0 ? index + 1 : this.#hashes.push(podTemplateHash)
  }

  /** To be called after every event; before the start it only learns names. */
  watch(state: RolloutState, nowMs: number): void {
    for (const replicaSet of state.kubernetes.replicaSets) this.numberOf(replicaSet.podTemplateHash)
    const changes = drainChanges(state)
    const events = drainEvents(state)
    if (nowMs < this.#startMs) return
    this.#events.push(...events)
    for (const change of changes) {
      if (change.type !== 'rollout.changed') continue
      const status = statusBehind(change.rollout) ?? state.status
      this.#addStatus(this.#statusRow(state, status, nowMs))
      this.#watchConditions(status.conditions, nowMs)
    }
    this.#watchReplicas(state, nowMs)
    for (const run of state.runs) if (run.createdMs >= this.#startMs) this.#watchRun(run)
  }

  /** Notes the state as it stands at the start. */
  start(state: RolloutState): void {
    this.#status.push(this.#statusRow(state, state.status, this.#startMs))
    this.#seen = state.status.conditions
    this.#watchReplicas(state, this.#startMs)
  }

  finish(state: RolloutState, nowMs: number, queries: readonly PlayedQuery[]): Recording {
    const events = (object: EmittedEvent['object']) => this.#events.filter(event => event.object === object)
    const conditions = state.status.conditions.toSorted((a, b) => (a.type < b.type ? -1 : 1))
    return {
      status: this.#status,
      conditions: this.#conditions,
      replicas: this.#replicas,
      analysisRuns: [...this.#runs.values()].map(watched => this.#runRow(watched)),
      queries: queries.map(({ atMs, query, answer }) => ({ at: this.#at(atMs), query: this.#text(query), answer })),
      events: events('Rollout').map(event => this.#eventRow(event)),
      analysisRunEvents: events('AnalysisRun').map(event => ({
        ...this.#eventRow(event),
        run: this.#text(event.name),
      })),
      final: {
        ...this.#statusRow(state, state.status, nowMs),
        replicaSets: this.#replicaCounts(state),
        conditions: conditions.map(({ type, status, reason, message }) => ({
          type,
          status,
          reason,
          message: this.#text(message),
        })),
      },
    }
  }

  #at(ms: number): number {
    return Math.round((ms - this.#startMs) / 100) / 10
  }

  #text(text: string): string {
    return this.#hashes.reduce((replaced, hash, index) => replaced.replaceAll(hash, `{r${index + 1}}`), text)
  }

  #nameOf(podTemplateHash: string): string {
    return podTemplateHash === '' ? '' : `r${this.numberOf(podTemplateHash)}`
  }

  #statusRow({ spec }: RolloutState, status: RolloutStatus, nowMs: number): StatusRow {
    return {
      at: this.#at(nowMs),
      phase: status.phase,
      ...(status.currentStepIndex === null ? {} : { currentStepIndex: status.currentStepIndex }),
      message: this.#text(status.message),
      ...(status.pauseConditions.length === 0
        ? {}
        : { pauseConditions: status.pauseConditions.map(({ reason }) => reason) }),
      ...(status.controllerPause ? { controllerPause: true } : {}),
      ...(status.abort ? { abort: true } : {}),
      ...(status.promoteFull ? { promoteFull: true } : {}),
      ...(spec.paused === true ? { paused: true } : {}),
      stable: this.#nameOf(status.stableHash),
      current: this.#nameOf(status.currentPodHash),
    }
  }

  #addStatus(row: StatusRow): void {
    const last = this.#status.at(-1)
    if (JSON.stringify({ ...last, at: 0 }) !== JSON.stringify({ ...row, at: 0 })) this.#status.push(row)
  }

  #watchConditions(conditions: readonly RolloutCondition[], nowMs: number): void {
    for (const { type, status, reason, message } of conditions) {
      const before = this.#seen.find(one => one.type === type)
      if (before?.status === status && before.reason === reason && before.message === message) continue
      this.#conditions.push({ at: this.#at(nowMs), type, status, reason, message: this.#text(message) })
    }
    this.#seen = conditions
  }

  #replicaCounts(state: RolloutState): Record<string, ReplicaCountRow> {
    const rows = state.kubernetes.replicaSets.map(one => {
      return [this.#nameOf(one.podTemplateHash), { spec: one.specReplicas, available: one.availableReplicas }] as const
    })
    return Object.fromEntries(rows)
  }

  #watchReplicas(state: RolloutState, nowMs: number): void {
    const row = this.#replicaCounts(state)
    const last = this.#replicas.at(-1)
    if (JSON.stringify({ ...last, at: 0 }) !== JSON.stringify({ at: 0, ...row }))
      this.#replicas.push({ at: this.#at(nowMs), ...row })
  }

  #watchRun(run: AnalysisRun): void {
    const key = `${run.createdMs} ${run.name}`
    const taken = this.#runs.get(key)?.taken ?? new Map<string, Measurement[]>()
    this.#runs.set(key, { run, taken })
    for (const { name, count, error, measurements } of run.results) {
      const all = taken.get(name) ?? []
      taken.set(name, all)
      const missing = count + error - all.length
      if (missing > 0) all.push(...measurements.slice(-missing))
    }
  }

  #runRow({ run, taken }: WatchedRun): RunRow {
    const results = run.spec.metrics.flatMap(metric => run.results.filter(result => result.name === metric.name))
    return {
      name: this.#text(run.name),
      kind: run.kind,
      createdAt: this.#at(run.createdMs),
      podHash: this.#text(run.podTemplateHash),
      phase: run.phase,
      message: this.#text(run.message),
      args: run.spec.args.map(arg => ({ ...arg, value: this.#text(arg.value) })),
      runSummary: run.runSummary,
      dryRunSummary: run.dryRunSummary,
      startedAt: run.startedAtMs === null ? null : this.#at(run.startedAtMs),
      completedAt: run.completedAtMs === null ? null : this.#at(run.completedAtMs),
      metrics: results.map(result => ({
        ...result,
        kept: result.measurements.length,
        measurements: (taken.get(result.name) ?? []).map(one => this.#measurementRow(one)),
      })),
    }
  }

  #measurementRow({ phase, message, value, startedAtMs, finishedAtMs }: Measurement): MeasurementRow {
    return {
      startedAt: this.#at(startedAtMs),
      finishedAt: this.#at(finishedAtMs),
      phase,
      value: value === '' ? null : value,
      message: this.#text(message),
    }
  }

  #eventRow({ t, reason, type, message }: EmittedEvent): EventRow {
    return { at: this.#at(t), reason, type, message: this.#text(message) }
  }
}
