import type { EventData } from '../../harness/model/event.ts'
import { connectKube } from '../live/kube-api.ts'
import { runShell, type ShellControl } from '../live/shell.ts'
import { type RunningTrial, trialMs } from './cluster-trial.ts'
import { deployRelease, releaseNow } from './deploy-release.ts'
import { disturb } from './disturb.ts'
import { engineKubeconfig } from './engine-access.ts'
import { lateLook } from './late-look.ts'
import { milestone } from './milestone.ts'
import { prometheusPath } from './prometheus.ts'
import type { Stage } from './set-stage.ts'

/** Runs engine and deploy from t = 0 to the horizon. @returns the epoch ms of t = 0. */
export async function playTrial(running: RunningTrial, { manifests, first, records }: Stage): Promise<number> {
  const { world, trial, namespace, append } = running
  const { plan, people } = trial
  const { cluster, telemetry, system, lookIntervalMs, say } = world
  const signal = people === undefined ? world.signal : AbortSignal.any([world.signal, people.ended])
  const { promise: deployed, resolve, reject } = Promise.withResolvers<void>()
  const credentials = () => engineKubeconfig(world.api, cluster.kubeconfig, namespace, signal)
  const api = await connectKube(await credentials(), {
    renew: credentials,
    onRecovery({ reason, tookMs }) {
      append(Math.max(0, trialMs(running)), 'connection.recovered', { reason, tookMs: Math.round(tookMs) })
    },
  })
  let isLate = false
  function onStart(startEpochMs: number, control: ShellControl) {
    running.startEpochMs = startEpochMs
    const { deployAtMs } = plan
    say(`${namespace}: t = 0${deployAtMs === null ? '' : `, deploy in ${deployAtMs / 1000} s`}`)
    const fromHash = first.status?.currentPodHash ?? ''
    const own = { api: world.api, namespace, plan, manifests, fromHash, startEpochMs, signal }
    const disturbance = {
      ...own,
      planNow: () => running.plan,
      tellPods: records.poll,
      fallSick(pod: string) {
        running.sickPod = pod
      },
    }
    Promise.all([deployAtMs === null ? undefined : deployRelease({ ...own, append }), disturb(disturbance)]).then(
      () => resolve(),
      reject,
    )
    people?.onStart({
      ...control,
      startEpochMs,
      append,
      firstHash: fromHash,
      async inject(changed, added) {
        if (added.deployAtMs !== null) await releaseNow({ ...own, append }, added)
        running.plan = changed
        disturb({ ...disturbance, plan: added }).catch(error => {
          if (!signal.aborted) running.invalidate(`what was injected failed: ${error.message}`)
        })
      },
    })
  }
  try {
    const shell = runShell({
      api,
      namespace,
      rollout: manifests.rollout,
      step: trial.step,
      file: pathInRepository(manifests.file),
      onProposal: kept => running.proposals.push(kept),
      telemetry,
      system,
      prometheusPath: prometheusPath(namespace),
      lookIntervalMs,
      horizonMs: plan.horizonMs,
      append(t, type, data) {
        append(t, type, data)
        const reached = people === undefined ? milestone(t, type, data) : undefined
        if (reached) say(`${namespace}: ${reached}`)
        if (isLate || type !== 'look.taken') return
        const problem = lateLook((data as EventData<'look.taken'>).toMs, t, lookIntervalMs)
        if (!problem) return
        isLate = true
        running.invalidate(problem)
      },
      peopleApi: people && world.api,
      approve: people?.approve,
      onStart,
      signal,
    })
    // A deploy or a disturbance that fails ends the trial at once.
    await Promise.race([shell, deployed.then(() => shell)])
    await deployed
    return running.startEpochMs!
  } catch (error) {
    if (people?.ended.aborted !== true || world.signal.aborted || running.startEpochMs === undefined) throw error
    running.endMs = Math.min(plan.horizonMs, Math.floor(trialMs(running) / 1000) * 1000)
    return running.startEpochMs
  } finally {
    api.close()
  }
}

/** The file as somebody proposes a change of it: manifests may lie outside of the current folder. */
function pathInRepository(file: string): string {
  return file.replace(/^(\/|(\.\.\/)+)/, '')
}
