import { unplayed } from '../../clusters/stage/orders.ts'
import { dependencyOf, servicesWithDeployment } from '../../clusters/stage/overlay.ts'
import type { Problem } from '../model/problem.ts'
import type { TrialPlan } from '../model/trial.ts'

/** What a real cluster cannot play of the planned trials, each reason once a scenario. */
export function unplayedProblems(
  plans: readonly TrialPlan[],
  manifests: readonly { readonly name: string; readonly text: string }[],
  backend: 'kind' | 'existing',
): Problem[] {
  const services = servicesWithDeployment(manifests)
  const props = { services, dependency: dependencyOf(manifests), hasTags: backend === 'kind' }
  const found = plans.flatMap(plan =>
    unplayed(plan, props).map(reason => ({ scenario: plan.scenario, message: `cannot be played here: ${reason}` })),
  )
  const once = new Map(found.map(one => [`${one.scenario} ${one.message}`, one]))
  return [...once.values()].map(({ scenario, message }) => ({
    file: scenario,
    line: 1,
    column: 1,
    message,
    severity: 'error',
  }))
}
