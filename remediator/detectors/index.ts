import { argoAnalysis } from './argo-analysis.ts'
import { onsetExpert } from './onset-expert.ts'
import { progress } from './progress.ts'
import { threshold } from './threshold.ts'

/** One line a detector; its file holds the rest. */
export const detectors = [argoAnalysis, onsetExpert, progress, threshold] as const
