import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { worldSetting } from '../../clusters/sim/world-setting.ts'
import { foldInstants } from '../judge/instants.ts'
import { rootCauseOf, truthOf, type Variant } from '../model/scenario.ts'
import { engineSetting } from '../run/engine-setting.ts'
import { planTrial } from '../run/plan-trial.ts'
import { type ReplayedRecording, replayRecording } from '../run/replay-recording.ts'
import type { Row } from '../run/row.ts'
import type { SuitePlan } from '../run/suite-plan.ts'
import { renderColumns, wrapText } from './columns.ts'
import type { CommandContext } from './context.ts'
import { deployedTopology } from './deployed-topology.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { loadPlan, type PlanOptions, patchesOf } from './load/load-plan.ts'
import { subjectManifests } from './load/load-subject.ts'
import { readLog, scenarioOfLog } from './load/read-log.ts'
import { readPlan } from './read-run.ts'
import { ownFilesArguments, ownFilesIn } from './replay-arguments.ts'
import { runFiles } from './run-folder.ts'
import { formatTime } from './timeline.ts'

/** A policy on a recording. Times are ms of trial time, but `timeToDetectS`; null where it did not happen up to `validToMs`. */
interface PolicyOnRecording extends ReplayedRecording {
  readonly policy: string
  readonly onsetMs: number | null
  /** First blaming alarm; one from before the onset is told as it is. */
  readonly detectedMs: number | null
  readonly timeToDetectS: number | null
  /** Nothing was detected before the recording ceases to tell. */
  readonly censored: boolean
}

/**
 * Runs other policies on what a recorded trial saw, at L1, and tells what they would have detected. The recording may be of any backend;
 * one that lies in its run's folder is of that run's own files, unless others are named.
 * @param own the file of the scenario, where it is the user's
 */
export function replayLog(
  path: string,
  own: string | undefined,
  output: 'json' | 'text',
  options: PlanOptions,
  context: CommandContext,
): ExitCode {
  const events = readLog(path)
  const { scenario, variant: variantText, policy, level, seed, backend, horizonMs } = events[0].data
  const spec = scenarioOfLog(path, events[0], own)
  const variant = variantText as Variant
  const runFolder = join(dirname(path), '..')
  const stored = existsSync(join(runFolder, runFiles.plan)) ? readPlan(runFolder) : undefined
  const namesFiles = ownFilesArguments(options).length > 0
  const inputs = stored === undefined || namesFiles ? options : { ...options, ...ownFilesIn(stored.replayArguments) }
  const isRecorded = (row: Row) => row.policy === policy && row.level === level
  const recordedRow = stored?.groups.flatMap(group => group.rows).find(isRecorded)
  const { recorded, rows } =
    stored !== undefined && recordedRow !== undefined && options.policies === undefined
      ? { recorded: stored, rows: [{ ...recordedRow, level: 'L1' as const }] }
      : loaded()
  const { groups } = recorded
  const environment =
    backend === 'sim' ? recorded.environment : { ...recorded.environment, topology: onCluster(recorded, inputs) }
  const trial = { ...planTrial(spec, variant, seed, horizonMs, environment), horizonMs }
  const { onsetMs } = foldInstants(events, truthOf(spec, variant), rootCauseOf(spec, variant))
  const group = groups.find(group => group.rows.some(isRecorded)) ?? groups[0]!
  const setting = worldSetting(trial, group.subject, environment)
  const results = rows.map((row): PolicyOnRecording => onRecording(row, onsetMs))
  function loaded(): { recorded: SuitePlan; rows: readonly Row[] } {
    const { plan } = loadPlan({
      ...inputs,
      scenarios: [own ?? scenario],
      policies: options.policies ?? [policy],
      levels: ['L1'],
      seed,
      withoutAnchors: true,
    })
    const scored = plan.groups.flatMap(one => one.rows).filter(row => plan.scored.includes(row.policy))
    return { recorded: stored ?? plan, rows: scored }
  }
  function onRecording(row: Row, onset: number | null): PolicyOnRecording {
    const replayed = replayRecording(events, engineSetting(setting, row, false), row.level)
    const detectedMs = replayed.alarms[0]?.atMs ?? null
    // An alarm from before the onset is about something else.
    const timeToDetectS =
      detectedMs === null || onset === null || detectedMs < onset ? null : (detectedMs - onset) / 1000
    return { policy: row.policy, onsetMs: onset, detectedMs, timeToDetectS, censored: detectedMs === null, ...replayed }
  }
  for (const { policy, spec } of rows) {
    if (patchesOf(spec).length > 0)
      context.writeProgress(
        `${policy} brings manifests of its own, which the recording has not: its analysis is not replayed\n`,
      )
  }
  const id = [scenario, variant, policy, level, seed].join('/')
  if (output === 'json') {
    context.writeResult(
      `${JSON.stringify({ schemaVersion: 1, recording: { trial: id, backend, horizonMs }, policies: results }, null, 1)}\n`,
    )
  } else context.writeText(render(`${id}, ${backend}`, results, context.columns))
  return exitCodes.pass
}

/** On a cluster an engine is told of the services that are deployed there. */
function onCluster({ environment }: SuitePlan, options: PlanOptions): SuitePlan['environment']['topology'] {
  return deployedTopology(environment.topology, subjectManifests(options))
}

function render(recording: string, results: readonly PolicyOnRecording[], columns: number): string {
  const { firstAction, validToMs, heldFromMs, onsetMs } = results[0]!
  const end =
    firstAction === null
      ? `tells up to its horizon, ${formatTime(validToMs)}, as nobody acted`
      : `tells up to ${formatTime(validToMs)}, where ${firstAction.actor} did \`${firstAction.operation}\`: later is censored`
  const held =
    heldFromMs === null
      ? []
      : [
          `the rollout was held from ${formatTime(heldFromMs)}: one that is not held would have had its next step sooner`,
        ]
  const onset = onsetMs === null ? 'no onset' : `onset ${formatTime(onsetMs)}`
  const rows = results.map(({ policy, detectedMs, timeToDetectS, alarms, wouldAct, holdsFromMs }) => [
    policy,
    detectedMs === null ? `none by ${formatTime(validToMs)}` : formatTime(detectedMs),
    timeToDetectS === null ? '–' : `${timeToDetectS.toFixed(1)} s`,
    holdsFromMs === null ? '–' : formatTime(holdsFromMs),
    wouldAct === null ? '–' : `${wouldAct.operation} ${formatTime(wouldAct.atMs)}`,
    alarms[0] === undefined ? '' : `${alarms[0].detector}: ${alarms[0].reason}`,
  ])
  const head = [`recording ${recording}, ${onset}; it ${end}`, ...held].flatMap(line => wrapText(line, columns))
  const headings = ['policy', 'detected', 'after onset', 'holds', 'would', 'why']
  return `${head.join('\n')}\n\n${renderColumns(headings, rows, columns)}`
}
