import module from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { isFailing } from '../judge/failing.ts'
import type { TrialResult } from '../judge/trial-result.ts'
import type { GroundTruth } from '../model/ground-truth.ts'
import type { LogFiles, UnitResult } from './run-unit.ts'
import type { Unit } from './suite-plan.ts'
import type { Task, WorkerSetting } from './worker-pool.ts'

const { plan, logs, renderer, compileCache } = workerData as WorkerSetting & {
  readonly compileCache: string | undefined
}

// A worker does not share its parent's cache; what is imported above is too little to matter.
if (compileCache !== undefined) module.enableCompileCache(compileCache)
const { runTrial, runUnit } = await import('./run-unit.ts')

const keeps = (trial: TrialResult, truth: GroundTruth) =>
  logs === 'all' || (plan.scored.includes(trial.policy) && isFailing(trial, truth))

/** Rendering takes as long as some trials: it is done here, where others are at theirs meanwhile. */
const renderLog: (frames: Uint8Array) => LogFiles =
  renderer === undefined ? frames => ({ '.frames': frames }) : (await import(renderer)).renderLog

function runKeeping(unit: Unit, maxLogs: number): UnitResult {
  const { frames, ...result } = runUnit(plan, unit, keeps)
  const kept = Object.entries(frames).slice(0, maxLogs)
  return { ...result, logs: Object.fromEntries(kept.map(([trial, log]) => [trial, renderLog(log)])) }
}

parentPort!.on('message', (task: Task) => {
  if (task.type === 'trial') {
    parentPort!.postMessage(runTrial(plan, task.unit, task.wanted).trial.digest)
    return
  }
  const result = runKeeping(task.unit, task.maxLogs)
  const files = Object.values(result.logs).flatMap(log => Object.values(log))
  parentPort!.postMessage(result, [...new Set(files.map(({ buffer }) => buffer))] as ArrayBuffer[])
})
