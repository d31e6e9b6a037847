import { telemetryDocument } from '../../../clusters/manifests/telemetry.ts'
import { policyDocument } from '../../../remediator/policy.ts'
import { parametersDocument } from '../../model/parameters.ts'
import { promotionDocument } from '../../model/promotion.ts'
import { scenarioDocument } from '../../model/scenario.ts'
import { suiteDocument } from '../../model/suite.ts'
import { topologyDocument } from '../../model/topology.ts'

/** Schemas of carmine's own documents, by kind. */
export const ownKinds = {
  Scenario: scenarioDocument,
  Suite: suiteDocument,
  Policy: policyDocument,
  Promotion: promotionDocument,
  Telemetry: telemetryDocument,
  Parameters: parametersDocument,
  Topology: topologyDocument,
} as const
