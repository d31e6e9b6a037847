import module from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { isFailing } from '../judge/failing.ts'
import type { TrialResult } from '../judge/trial-result.ts'
import type { GroundTruth } from '../model/ground-truth.ts'
import type { Task, WorkerSetting } from './worker-pool.ts'

const { plan, logs, compileCache } = workerData as WorkerSetting & { readonly compileCache: string | undefined }

// A worker does not share its parent's cache; what is imported above is too little to matter.
if (compileCache !== undefined) module.enableCompileCache(compileCache)
const { runTrial, runUnit } = await import('./run-unit.ts')

const keeps = (trial: TrialResult, truth: GroundTruth) =>
  logs === 'all' || (plan.scored.includes(trial.policy) && isFailing(trial, truth))

parentPort!.on('message', (task: Task) => {
  const result =
    task.type === 'unit' ? runUnit(plan, task.unit, keeps) : runTrial(plan, task.unit, task.wanted).trial.digest
  parentPort!.postMessage(result)
})
