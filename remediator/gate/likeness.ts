import type { Look, VersionLook } from '../../harness/model/look.ts'
import { type Finding, finding } from './finding.ts'
import type { Situation } from './situation.ts'

/** Standard errors between two shares that are no chance: one look in 700 is further out by luck. */
const sureZ = 3
/** How much larger a share has to be to matter beside being certain. Assumption. */
const mattersFactor = 1.5
const mattersPlus = 0.01

/**
 * A limit is too tight where the stable version would break it too. So the judged version, beside the stable one in the same looks, must
 * fail no more often and have no longer tail than that; else a wider limit hides a fault.
 */
export function judgeLikeness({ action, facts, policy, takesBack }: Situation): Finding[] {
  if (action.class !== 'widenThreshold' || takesBack !== undefined || facts.rollout === null) return []
  const { currentHash, stableHash } = facts.rollout
  const judged = pool(facts.looks, currentHash, stableHash)
  const stable = pool(facts.looks, stableHash, currentHash)
  const { minRequests } = policy.classes.widenThreshold
  if (!(judged.requests >= minRequests && stable.requests >= minRequests)) {
    return [finding('evidence', 'the version was not seen beside the stable one for long enough')]
  }
  if (!isNoMore(judged.errors, judged.requests, stable.errors, stable.requests)) {
    return [finding('evidence', 'the version fails more often than the stable one: a wider limit would hide it')]
  }
  const hasLongerTail = judged.latency.some((_, k) => {
    const [slow, slowOfStable] = [from(judged.latency, k), from(stable.latency, k)]
    return !isNoMore(slow, from(judged.latency, 0), slowOfStable, from(stable.latency, 0))
  })
  if (hasLongerTail) {
    return [finding('evidence', 'the version is slower than the stable one: a wider limit would hide it')]
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
