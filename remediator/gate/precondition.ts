import { type Finding, finding, unless } from './finding.ts'
import type { Situation } from './situation.ts'

/** What the world has to be like for the action to mean what it says, when it is judged and again when it is applied. */
export function judgePrecondition({ action, facts, takesBack }: Situation): Finding[] {
  const { rollout, pods, blamed } = facts
  if (rollout === null) return [finding('facts', 'the Rollout was never seen')]
  const { currentHash, stableHash, aborted, replicas } = rollout
  const isGoing = currentHash !== stableHash && !aborted
  const isBlamed = (hash: string) => blamed.includes(hash)
  switch (action.class) {
    case 'scale':
      if (takesBack !== undefined) return []
      return [
        ...unless(action.fromReplicas === replicas, 'precondition', `${replicas} replicas, not ${action.fromReplicas}`),
        ...unless(
          !isGoing || !isBlamed(currentHash),
          'evidence',
          'a release that is blamed has to be taken back first',
        ),
      ]
    case 'restartPod': {
      const pod = pods[action.pod]
      if (pod === undefined || pod.name !== action.pod) return [finding('precondition', 'no such pod')]
      const hash = pod.podTemplateHash
      const isOurs = hash === currentHash || hash === stableHash
      return [
        ...unless(isOurs, 'target', 'the pod is of no version that the Rollout runs'),
        ...unless(
          pod.phase === 'Running' || pod.phase === 'Pending',
          'precondition',
          `the pod is ${pod.phase} already`,
        ),
        ...unless(hash === stableHash || !isBlamed(hash), 'evidence', 'no restart mends a version that is blamed'),
      ]
    }
    case 'retry': {
      const hash = action.podTemplateHash
      return [
        ...unless(hash === currentHash, 'precondition', `the Rollout's revision is ${currentHash}`),
        ...unless(aborted, 'precondition', 'the Rollout is not aborted'),
        ...unless(!isBlamed(hash), 'evidence', 'the revision was blamed on its own evidence', true),
      ]
    }
    case 'widenThreshold':
      if (takesBack !== undefined) return []
      return unless(!isBlamed(currentHash), 'evidence', 'a wider limit would hide a version that is blamed')
    case 'quietLog':
      return []
  }
}
