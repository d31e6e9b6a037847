import { argoAnalysis } from './argo-analysis.ts'
import { burnRate } from './burn-rate.ts'
import { inFlight } from './in-flight.ts'
import { onsetExpert } from './onset-expert.ts'
import { probe } from './probe.ts'
import { progress } from './progress.ts'
import { threshold } from './threshold.ts'

/** One line a detector; its file holds the rest. */
export const detectors = [argoAnalysis, burnRate, inFlight, onsetExpert, probe, progress, threshold] as const
