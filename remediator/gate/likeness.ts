import type { Look, VersionLook } from '../../harness/model/look.ts'
import { type Finding, finding } from './finding.ts'
import type { Situation } from './situation.ts'

/** Standard errors between two shares that are no chance: one look in 700 is further out by luck. */
const sureZ = 3
/** How much larger a share has to be to matter beside being certain. Assumption. */
const mattersFactor = 1.5
const mattersPlus = 0.01

/**
 * The judged version, beside the stable one in the same looks, must fail no more often and have no longer tail. A limit is too tight only
 * where the stable version would break it too, else a wider one hides a fault; so there a comparison must have been possible. What was
 * found worse is not rolled out again.
 */
export function judgeLikeness({ action, facts, policy, takesBack }: Situation): Finding[] {
  if ((action.class !== 'widenThreshold' && action.class !== 'retry') || takesBack !== undefined) return []
  if (facts.rollout === null) return []
  const { currentHash, stableHash } = facts.rollout
  const judged = pool(facts.looks, currentHash, stableHash)
  const stable = pool(facts.looks, stableHash, currentHash)
  const { comparedRequests } = policy.telemetry
  if (!(judged.requests >= comparedRequests && stable.requests >= comparedRequests)) {
    if (action.class === 'retry') return []
    return [finding('evidence', 'the version was not seen beside the stable one for long enough')]
  }
  if (!isNoMore(judged.errors, judged.requests, stable.errors, stable.requests)) {
    return [finding('evidence', 'the version fails more often than the stable one')]
  }
  const hasLongerTail = judged.latency.some((_, k) => {
    const [slow, slowOfStable] = [from(judged.latency, k), from(stable.latency, k)]
    return !isNoMore(slow, from(judged.latency, 0), slowOfStable, from(stable.latency, 0))
  })
  if (hasLongerTail) {
    return [finding('evidence', 'the version is slower than the stable one')]
  }
  return []
}

/** A version's counts in the looks that hold the other one too. */
function pool(
  looks: readonly Look[],
  hash: string,
  otherHash: string,
): Pick<VersionLook, 'requests' | 'errors' | 'latency'> {
  const total = { requests: 0, errors: 0, latency: [] as number[] }
  for (const { versions } of looks) {
    const version = versions.find(each => each.podTemplateHash === hash)
    if (version === undefined || !versions.some(each => each.podTemplateHash === otherHash)) continue
    total.requests += version.requests
    total.errors += version.errors
    version.latency.forEach((count, k) => {
      total.latency[k] = (total.latency[k] ?? 0) + count
    })
  }
  return total
}

/**
 * Whether the first share is no larger than the other one, by the pooled two-proportion z statistic and by as much as matters. False
 * where a count is not a number.
 */
function isNoMore(part: number, whole: number, otherPart: number, otherWhole: number): boolean {
  if (whole === 0 || otherWhole === 0) return otherWhole === 0
  const [share, otherShare] = [part / whole, otherPart / otherWhole]
  const pooled = (part + otherPart) / (whole + otherWhole)
  const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / whole + 1 / otherWhole))
  return share - otherShare <= sureZ * deviation || share <= otherShare * mattersFactor + mattersPlus
}

function from(latency: readonly number[], k: number): number {
  return latency.slice(k).reduce((soFar, count) => soFar + count, 0)
}
