import { telemetryDocument } from '../../../clusters/manifests/telemetry.ts'
import { policyDocument } from '../../../remediator/policy.ts'
import { scenarioDocument } from '../../model/scenario.ts'
import { suiteDocument } from '../../model/suite.ts'

/** The kinds of carmine's own documents. */
export const ownKinds = {
  Scenario: scenarioDocument,
  Suite: suiteDocument,
  Policy: policyDocument,
  Telemetry: telemetryDocument,
} as const

export type OwnKind = keyof typeof ownKinds
