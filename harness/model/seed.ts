/** Trials of one scenario in one run; a run's results are held in memory. */
export const maxSeeds = 100_000

/** The last seed that a run may begin with: with the seeds that follow it stays an integer that a log can hold. */
export const maxSeed = 1e15
