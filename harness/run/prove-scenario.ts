import { type Environment, type Subject, worldSetting } from '../../clusters/sim/world-setting.ts'
import { controlOf, faultOf, type Scenario, type Variant } from '../model/scenario.ts'
import { type Disproof, disprove } from './disprove.ts'
import { planTrial } from './plan-trial.ts'
import { gatherEvidence, type QuietEvidence } from './quiet-evidence.ts'

/** Seeds by which a scenario is proven: the first ones, which every suite runs. */
const provenSeeds: readonly number[] = [1, 2, 3]

export interface ProofSetting {
  readonly subject: Subject
  readonly environment: Environment
  readonly horizonMs: number
}

/** Plays a scenario without luck, and says what it declares and its worlds do not show. */
export function proveScenario(scenario: Scenario, setting: ProofSetting): Disproof[] {
  return disprove(scenario, evidenceOf(scenario, setting))
}

/** What the worlds of a scenario show, whatever its ground truth says. */
export function evidenceOf(scenario: Scenario, { subject, environment, horizonMs }: ProofSetting): QuietEvidence[] {
  return provenSeeds.map(seed => {
    const planned = (variant: Variant) => planTrial(scenario, variant, seed, horizonMs, environment)
    const faulty = faultOf(scenario) === undefined ? undefined : planned('faulty')
    return gatherEvidence({ faulty, control: planned(controlOf(scenario)) }, plan =>
      worldSetting(plan, subject, environment),
    )
  })
}
