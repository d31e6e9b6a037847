import { parentPort, workerData } from 'node:worker_threads'
import { isFailing } from '../judge/failing.ts'
import type { TrialResult } from '../judge/trial-result.ts'
import { runTrial, runUnit } from './run-unit.ts'
import type { Task, WorkerSetting } from './worker-pool.ts'

const { plan, logs } = workerData as WorkerSetting

const keeps = (trial: TrialResult) => logs === 'all' || (plan.scored.includes(trial.policy) && isFailing(trial))

parentPort!.on('message', (task: Task) => {
  const result =
    task.type === 'unit' ? runUnit(plan, task.unit, keeps) : runTrial(plan, task.unit, task.wanted).trial.digest
  parentPort!.postMessage(result)
})
