import { badValue } from './bad-value.ts'
import { capacity } from './capacity.ts'
import { connectionLeak } from './connection-leak.ts'
import { costlyFlag } from './costly-flag.ts'
import { cpuSaturation } from './cpu-saturation.ts'
import { crashAtStart } from './crash-at-start.ts'
import { errorRatio } from './error-ratio.ts'
import { extraCalls } from './extra-calls.ts'
import { featureFlag } from './feature-flag.ts'
import { hang } from './hang.ts'
import { latency } from './latency.ts'
import { leakyFlag } from './leaky-flag.ts'
import { memoryLeak } from './memory-leak.ts'
import { missingKey } from './missing-key.ts'
import { neverReady } from './never-ready.ts'
import { noisyLog } from './noisy-log.ts'
import { oneRoute } from './one-route.ts'
import { oneTenant } from './one-tenant.ts'
import { silentAnalysis } from './silent-analysis.ts'
import { tailLatency } from './tail-latency.ts'
import { tightThreshold } from './tight-threshold.ts'
import { wrongImage } from './wrong-image.ts'

/** One line a fault; its file holds the rest. */
export const faultKinds = [
  badValue,
  capacity,
  connectionLeak,
  costlyFlag,
  cpuSaturation,
  crashAtStart,
  errorRatio,
  extraCalls,
  featureFlag,
  hang,
  latency,
  leakyFlag,
  memoryLeak,
  missingKey,
  neverReady,
  noisyLog,
  oneRoute,
  oneTenant,
  silentAnalysis,
  tailLatency,
  tightThreshold,
  wrongImage,
] as const
