import { crashAtStart } from './crash-at-start.ts'
import { errorRatio } from './error-ratio.ts'
import { latency } from './latency.ts'

/** One line a fault; its file holds the rest. */
export const faultKinds = [crashAtStart, errorRatio, latency] as const
