import type { PodGroup } from './groups.ts'
import { addLog, logMessages } from './logs.ts'
import type { GroupOutcome } from './subject/cell.ts'
import type { VersionOutcome } from './system/index.ts'
import type { World } from './world.ts'
import type { WorldSetting } from './world-setting.ts'

/** What the service's processes write of the requests of a cell. */
export function logRequests(
  { topology, traffic }: WorldSetting,
  { logs }: World,
  { podTemplateHash, behaviour }: PodGroup,
  { requests, errors, dependencyErrors, hung, successLatency }: GroupOutcome,
  { dependencyErrorRatio, rejectedRatio }: VersionOutcome,
): void {
  const add = (level: 'info' | 'warn' | 'error', message: string, count: number) =>
    addLog(logs, topology.subject, podTemplateHash, level, message, count)
  let slow = 0
  for (let b = traffic.bounds.firstSlowBucket; b < successLatency.length; b++) slow += successLatency[b]!
  // Whom a full queue turns away calls nobody.
  const either = 1 - (1 - rejectedRatio) * (1 - dependencyErrorRatio)
  const rejected = either === 0 ? 0 : Math.round((dependencyErrors * rejectedRatio) / either)
  add('info', logMessages.served, requests - errors - hung)
  add('error', logMessages.requestFailed, errors - dependencyErrors)
  add('error', logMessages.requestRejected, rejected)
  add('error', logMessages.callsFailed, dependencyErrors - rejected)
  add('warn', logMessages.deprecated, Math.round(requests * behaviour.warningsPerRequest))
  add('warn', logMessages.clientGone, hung)
  add('warn', logMessages.slowRequest, slow)
}
