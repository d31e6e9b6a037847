import { lognormalQuantile } from '../../harness/stats/quantiles.ts'
import { normalCdf } from '../../harness/stats/special.ts'
import { type StreamKey, streamKey, uniform3 } from '../../harness/stats/uniform.ts'

/**
 * Prometheus stamps a scrape that begins no later than this with the time that it was due at (v3.5.0, scrape/scrape.go,
 * ScrapeTimestampTolerance; at most a hundredth of the interval).
 */
const alignmentToleranceMs = 2

/** What is random about scrapes, a draw for each target and each time that it is due. */
export interface ScrapeNoise {
  readonly key: StreamKey
  readonly intervalMs: number
  readonly missedShare: number
  readonly medianLatenessMs: number
  readonly latenessSigma: number
  /** Share of the scrapes that are not missed and are stamped with the time that they were due at. */
  readonly alignedShare: number
}

export interface ScrapeNoiseParameters {
  /** From the time that a scrape is due until it begins. */
  readonly scrapeLateness: { readonly medianMs: number; readonly sigma: number }
  /** Scrapes that get no answer although the target is well. */
  readonly missedScrapes: { readonly share: number }
}

export function scrapeNoise(
  seed: number,
  scenario: string,
  intervalMs: number,
  { scrapeLateness, missedScrapes }: ScrapeNoiseParameters,
): ScrapeNoise {
  const { medianMs, sigma } = scrapeLateness
  const toleranceMs = Math.min(intervalMs / 100, alignmentToleranceMs)
  return {
    key: streamKey(seed, scenario, 'scrapes'),
    intervalMs,
    missedShare: missedScrapes.share,
    medianLatenessMs: medianMs,
    latenessSigma: sigma,
    alignedShare: normalCdf(Math.log(toleranceMs / medianMs) / sigma),
  }
}

/** A scrape that gets no answer. */
export const missed = -1

/**
 * How many ms after the time that it is due a scrape is stamped with, less than half the interval; {@link missed} where it fails.
 * @param target tells targets apart, the same in every policy's world and in a twin's.
 */
export function drawScrape(noise: ScrapeNoise, target: number, dueMs: number): number {
  const { missedShare, alignedShare, intervalMs } = noise
  const u = uniform3(noise.key, target, Math.floor(dueMs / intervalMs), 0)
  if (u < missedShare) return missed
  const luck = (u - missedShare) / (1 - missedShare)
  if (luck <= alignedShare) return 0
  const lateMs = Math.round(lognormalQuantile(luck, noise.medianLatenessMs, noise.latenessSigma))
  return Math.min(lateMs, Math.ceil(intervalMs / 2) - 1)
}
