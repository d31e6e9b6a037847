const gibibyte = 2 ** 30

/** A trial of 50 requests/s on 10 pods took 0.45 of a core (measured); the rest of one is for set-ups and the control plane. */
const trialsPerCore = 1
/** Measured: 10 subjects of 50 MiB, k6 and Prometheus; and the same again of the trial that is set up or deleted meanwhile. */
const trialBytes = 1.5 * gibibyte
const clusterBytes = 1.5 * gibibyte
/** At 40 pods for a trial and those set up and deleted beside it, a node of 250 pods carries no more. */
const most = 6

/** How many trials a machine carries at once, one at least. */
export function sideBySideOn({ cores, memoryBytes }: { readonly cores: number; readonly memoryBytes: number }): number {
  const byMemory = Math.floor((memoryBytes - clusterBytes) / trialBytes)
  return Math.max(1, Math.min(most, Math.floor(cores * trialsPerCore), byMemory))
}
