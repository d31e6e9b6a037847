/**
 * What a step leaves to the next one. Plain data. A calm system has nothing to remember: its outcome follows from its inputs, so that a
 * system whose trouble is over is exactly the one that never had any.
 */
export interface SystemState {
  storm: Storm | null
}

/** Queues and pending retries, while there are any. */
export interface Storm {
  /** Short steps so far; places in the rings of pending retries go by it. */
  steps: number
  /** In the order of the model's nodes; the subject's stays empty. */
  readonly nodes: Pool[]
  readonly versions: { readonly key: number; readonly pool: Pool }[]
}

/** Replicas of one kind: a service, or the pods of one version. */
export interface Pool {
  /** Requests that wait. */
  backlog: number
  /** Of the last short step. */
  arrivalPerS: number
  rejectedRatio: number
  /** How long a request kept a worker in the last short step; 0 before the first. */
  heldS: number
  readonly links: PoolLink[]
}

/** A call that the replicas make. */
export interface PoolLink {
  readonly callee: number
  /** Calls that wait for a connection. */
  backlog: number
  attemptsPerS: number
  attemptMeanS: number
  /** Retries per second to come: a ring of `slots` short steps for each retry, one after the other; empty where nothing is retried. */
  pending: Float64Array
  slots: number
}

export function createSystemState(): SystemState {
  return { storm: null }
}

export function cloneSystemState({ storm }: SystemState): SystemState {
  if (storm === null) return { storm }
  const nodes = storm.nodes.map(clonePool)
  const versions = storm.versions.map(({ key, pool }) => ({ key, pool: clonePool(pool) }))
  return { storm: { steps: storm.steps, nodes, versions } }
}

function clonePool(pool: Pool): Pool {
  return { ...pool, links: pool.links.map(link => ({ ...link, pending: link.pending.slice() })) }
}

/** No queue, no retry under way that a settled system would not have. */
export function isCalm({ storm }: SystemState): boolean {
  return storm === null
}

/** Whether two systems go on alike under equal inputs. */
export function sameState({ storm: a }: SystemState, { storm: b }: SystemState): boolean {
  if (a === null || b === null) return a === b
  const same = (one: Pool, other: Pool) => samePool(one, a.steps, other, b.steps)
  return (
    a.versions.length === b.versions.length &&
    a.nodes.every((pool, i) => same(pool, b.nodes[i]!)) &&
    a.versions.every(({ key, pool }, i) => key === b.versions[i]!.key && same(pool, b.versions[i]!.pool))
  )
}

function samePool(a: Pool, stepsA: number, b: Pool, stepsB: number): boolean {
  if (a.backlog !== b.backlog || a.arrivalPerS !== b.arrivalPerS || a.rejectedRatio !== b.rejectedRatio) return false
  if (a.heldS !== b.heldS) return false
  if (a.links.length !== b.links.length) return false
  return a.links.every((link, i) => sameLink(link, stepsA, b.links[i]!, stepsB))
}

function sameLink(a: PoolLink, stepsA: number, b: PoolLink, stepsB: number): boolean {
  if (a.callee !== b.callee || a.backlog !== b.backlog || a.attemptsPerS !== b.attemptsPerS) return false
  if (a.attemptMeanS !== b.attemptMeanS) return false
  if (a.slots !== b.slots || a.pending.length !== b.pending.length) return false
  for (let ring = 0; ring < a.pending.length; ring += a.slots) {
    for (let i = 0; i < a.slots; i++) {
      if (a.pending[ring + ((stepsA + i) % a.slots)] !== b.pending[ring + ((stepsB + i) % b.slots)]) return false
    }
  }
  return true
}
