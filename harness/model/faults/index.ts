import { badValue } from './bad-value.ts'
import { capacity } from './capacity.ts'
import { connectionLeak } from './connection-leak.ts'
import { cpuSaturation } from './cpu-saturation.ts'
import { crashAtStart } from './crash-at-start.ts'
import { errorRatio } from './error-ratio.ts'
import { extraCalls } from './extra-calls.ts'
import { featureFlag } from './feature-flag.ts'
import { hang } from './hang.ts'
import { latency } from './latency.ts'
import { memoryLeak } from './memory-leak.ts'
import { missingKey } from './missing-key.ts'
import { neverReady } from './never-ready.ts'
import { oneRoute } from './one-route.ts'
import { oneTenant } from './one-tenant.ts'
import { tailLatency } from './tail-latency.ts'
import { wrongImage } from './wrong-image.ts'

/** One line a fault; its file holds the rest. */
export const faultKinds = [
  badValue,
  capacity,
  connectionLeak,
  cpuSaturation,
  crashAtStart,
  errorRatio,
  extraCalls,
  featureFlag,
  hang,
  latency,
  memoryLeak,
  missingKey,
  neverReady,
  oneRoute,
  oneTenant,
  tailLatency,
  wrongImage,
] as const
