/** Pods of a ReplicaSet, desired and available. */
export interface ReplicaCounts {
  readonly spec: number
  readonly available: number
}

export interface CanaryCounts {
  readonly canary: number
  readonly stable: number
}

/**
 * The split of pods that comes nearest to a weight: at least one on either side for weights between 0 and 100 where two pods are
 * allowed, one pod more than desired where that is nearer and a surge is allowed (utils/replicaset/canary.go,
 * approximateWeightedCanaryStableReplicaCounts).
 */
export function approximateCounts(replicas: number, weight: number, maxWeight: number, maxSurge: number): CanaryCounts {
  if (replicas === 0) return { canary: 0, stable: 0 }
  const ceiling = Math.ceil((replicas * weight) / maxWeight)
  const floor = Math.floor((replicas * weight) / maxWeight)
  const zeroAllowed = weight === maxWeight || weight === 0 || (replicas === 1 && maxSurge === 0)
  const floorAllowed = floor !== 0 || zeroAllowed
  const options: { canary: number; total: number }[] = []
  if (ceiling < replicas || zeroAllowed) options.push({ canary: ceiling, total: replicas })
  if (floorAllowed && !isTied(replicas, weight, maxWeight)) options.push({ canary: floor, total: replicas })
  if (maxSurge > 0) {
    options.push({ canary: ceiling, total: replicas + 1 })
    if (floorAllowed && !isTied(replicas + 1, weight, maxWeight)) options.push({ canary: floor, total: replicas + 1 })
  }
  let best = { canary: 0, total: replicas }
  let smallest = Number.POSITIVE_INFINITY
  for (const option of options) {
    const delta = Math.abs((option.canary * maxWeight) / option.total - weight)
    if (delta < smallest) [best, smallest] = [option, delta]
  }
  return { canary: best.canary, stable: best.total - best.canary }
}

/** Whether floor and ceiling are equally far from the weight; the order of operations is upstream's, for equal rounding. */
function isTied(total: number, weight: number, maxWeight: number): boolean {
  return (total * (weight / maxWeight)) % 1 === 0.5
}

export interface CanarySituation {
  readonly replicas: number
  readonly weight: number
  readonly maxSurge: number
  readonly maxUnavailable: number
  /** The ReplicaSet of the current template; null before it exists. */
  readonly canary: ReplicaCounts | null
  /** The stable ReplicaSet, which may be the canary's own; null before the first promotion. */
  readonly stable: ReplicaCounts | null
  /** Whether `stable` is another ReplicaSet than `canary`. */
  readonly isStableDistinct: boolean
  /** Desired pods of all other ReplicaSets. */
  readonly olderSpec: number
}

/**
 * What canary and stable should be scaled to next: towards the weight as far as surge and availability allow, stable first, and
 * nothing down while older ReplicaSets have pods (utils/replicaset/canary.go, CalculateReplicaCountsForBasicCanary).
 */
export function basicCanaryCounts(situation: CanarySituation): CanaryCounts {
  const { replicas, maxSurge, maxUnavailable, canary, stable, olderSpec } = situation
  const other = situation.isStableDistinct ? stable : null
  const desired =
    other === null ? { canary: replicas, stable: 0 } : approximateCounts(replicas, situation.weight, 100, maxSurge)
  const next = { canary: canary?.spec ?? 0, stable: other?.spec ?? 0 }
  const allowed = replicas + maxSurge
  let room = allowed - next.canary - next.stable - olderSpec
  if (other !== null && room > 0 && next.stable < desired.stable) {
    const added = Math.min(room, desired.stable - next.stable)
    next.stable += added
    room -= added
  }
  if (canary !== null && room > 0 && next.canary < desired.canary)
    next.canary += Math.min(room, desired.canary - next.canary)
  if (olderSpec > 0) return next

  const minAvailable = replicas - maxUnavailable
  const increasing = canary === null || desired.canary >= canary.spec
  const counted = countedForScaleDown(canary, !increasing) + countedForScaleDown(stable, increasing)
  if (counted <= minAvailable) return next
  const surplus = counted - minAvailable
  if (!increasing) {
    const drained = drain(canary, desired.canary, surplus, next.canary)
    const fitted = withinLimits(canary, stable, drained, next.stable, allowed, minAvailable)
    return { canary: fitted.drain, stable: fitted.adjust }
  }
  if (other === null) return next
  const drained = drain(other, desired.stable, surplus, next.stable)
  const fitted = withinLimits(other, canary, drained, next.canary, allowed, minAvailable)
  return { canary: fitted.adjust, stable: fitted.drain }
}

/** Pods to count on: the desired where availability is not asked for or where more are available than will stay. */
function countedForScaleDown(counts: ReplicaCounts | null, ignoreAvailability: boolean): number {
  if (counts === null) return 0
  return ignoreAvailability || counts.spec < counts.available ? counts.spec : counts.available
}

function drain(counts: ReplicaCounts | null, desired: number, surplus: number, planned: number): number {
  return counts !== null && counts.spec > desired ? Math.max(desired, counts.spec - surplus) : planned
}

/** Brings the two within the surge without going below the least availability (adjustReplicaWithinLimits). */
function withinLimits(
  drainCounts: ReplicaCounts | null,
  adjustCounts: ReplicaCounts | null,
  drained: number,
  planned: number,
  allowed: number,
  minAvailable: number,
): { drain: number; adjust: number } {
  if (adjustCounts === null) return { drain: drained, adjust: planned }
  const within = planned - Math.max(0, planned + drained - allowed)
  const available = Math.min(drainCounts?.available ?? 0, drained) + Math.min(adjustCounts.available, within)
  const lost = Math.max(0, adjustCounts.available - within)
  const adjust = within + Math.min(lost, Math.max(0, minAvailable - available))
  return { drain: drained - Math.max(0, adjust + drained - allowed), adjust }
}
