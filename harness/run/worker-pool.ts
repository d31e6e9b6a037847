import module from 'node:module'
import { dirname, extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Level } from '../model/effect.ts'
import type { SuitePlan, Unit } from './suite-plan.ts'

/** What every worker is given at its start. */
export interface WorkerSetting {
  readonly plan: SuitePlan
  readonly logs: 'failing' | 'all'
  /** Where a module lies whose `renderLog` makes the files of a kept log of its frames; without it these are all. */
  readonly renderer?: string | undefined
}

/** A unit to run, or a trial to run again by itself, of which only the digest comes back. */
export type Task =
  | { readonly type: 'unit'; readonly unit: Unit; readonly maxLogs: number }
  | { readonly type: 'trial'; readonly unit: Unit; readonly wanted: { readonly policy: string; readonly level: Level } }

/**
 * Nearly all that a trial leaves behind is garbage at once, and 45 MB live on. V8 lets the old generation grow by a factor that follows from
 * its limit before it collects it: without these limits a worker takes twice the memory, and is hardly faster (measured).
 */
const resourceLimits = { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 24 }

/** Times that a task is given out again after its worker died. */
const maxRetries = 1

export interface PoolOptions {
  readonly setting: WorkerSetting
  readonly workers: number
  readonly signal: AbortSignal
  /** A task as it is sent, with what is known by then. */
  current?(task: Task): Task
  /** A worker died; its task is tried again unless `lost`. */
  onCrash(task: Task, error: Error, lost: boolean): void
}

/**
 * Runs tasks on worker threads and hands results over as they come, in any order. A worker dies of a task that throws, and a fresh one
 * takes its place; a task that two workers died of is lost.
 * @returns when all tasks are done, lost, or the signal was aborted. What `onResult` throws is thrown when all workers have ended.
 */
export async function runTasks<R>(
  tasks: readonly Task[],
  options: PoolOptions,
  onResult: (task: Task, result: R) => void,
): Promise<void> {
  const queue = tasks.map(task => ({ task, tries: 0 })).reverse()
  const { signal } = options
  const cache = module.getCompileCacheDir()
  const compileCache = cache === undefined ? undefined : dirname(cache)
  const serve = async () => {
    while (queue.length > 0 && !signal.aborted) await serveUntilCrash()
  }
  const serveUntilCrash = async () => {
    // Compiled, in a package, it is worker.js.
    const worker = new Worker(new URL(`./worker${extname(import.meta.filename)}`, import.meta.url), {
      workerData: { ...options.setting, compileCache },
      resourceLimits,
    })
    const stop = () => void worker.terminate()
    signal.addEventListener('abort', stop, { once: true })
    try {
      const send = (task: Task) => ask<R>(worker, options.current?.(task) ?? task)
      let next = queue.pop()
      let asked = next && send(next.task)
      while (next !== undefined && asked !== undefined) {
        const { task, tries } = next
        const outcome = await asked
        if (signal.aborted) return
        if ('result' in outcome) {
          // Asked first, so that the worker is at it while the result is taken in.
          next = queue.pop()
          asked = next && send(next.task)
          onResult(task, outcome.result)
          continue
        }
        const lost = tries >= maxRetries
        if (!lost) queue.push({ task, tries: tries + 1 })
        options.onCrash(task, outcome.error, lost)
        return
      }
    } catch (error) {
      // Before this worker has ended, which takes a while: the others are not to begin anything more.
      queue.length = 0
      throw error
    } finally {
      signal.removeEventListener('abort', stop)
      await worker.terminate()
    }
  }
  const served = await Promise.allSettled(Array.from({ length: Math.min(options.workers, tasks.length) }, serve))
  for (const outcome of served) if (outcome.status === 'rejected') throw outcome.reason
}

type Outcome<R> = { readonly result: R } | { readonly error: Error }

/** Asks one thing at a time. */
function ask<R>(worker: Worker, task: Task): Promise<Outcome<R>> {
  return new Promise(resolve => {
    const settle = (outcome: Outcome<R>) => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
      resolve(outcome)
    }
    const onMessage = (result: R) => settle({ result })
    const onError = (error: Error) => settle({ error })
    const onExit = (code: number) => settle({ error: new Error(`a worker ended with code ${code}`) })
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
    worker.postMessage(task)
  })
}
