import type { WorldSetting } from '../../clusters/sim/world-setting.ts'
import type { EngineSetting } from '../../remediator/engine.ts'
import type { Row } from './row.ts'
import { siteOf } from './site.ts'

/**
 * How a row's engine is made for a trial, on any backend.
 * @param shadows detectors that do not decide run too
 * @param templates as they are when it begins; left out: those of the manifests
 */
export function engineSetting(
  setting: WorldSetting,
  row: Row,
  shadows: boolean,
  templates = setting.subject.templates,
): EngineSetting {
  const { plan, lookIntervalMs, subject } = setting
  return {
    policy: row.spec,
    trial: `${plan.scenario}/${plan.seed}`,
    latencyBucketsS: subject.telemetry.latency.bucketsS,
    lookIntervalMs,
    horizonMs: plan.horizonMs,
    site: siteOf(setting, row, templates),
    shadows,
  }
}
