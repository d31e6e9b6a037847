/** Time of a game: a multiple of the time that passes for people, and still while it is paused. */
export interface GameClock {
  /** Trial time, in ms. */
  nowMs(): number
  /** null: it stands still. */
  speed(): number | null
  setSpeed(factor: number): void
  pause(): void
  goOn(): void
}

/** @param wallMs of any clock that does not go back */
export function gameClock(speed: number, wallMs: () => number): GameClock {
  let factor = speed
  let isPaused = false
  let [trialMs, sinceMs] = [0, wallMs()]
  const nowMs = () => (isPaused ? trialMs : trialMs + (wallMs() - sinceMs) * factor)
  const settle = () => {
    trialMs = nowMs()
    sinceMs = wallMs()
  }
  return {
    nowMs,
    speed: () => (isPaused ? null : factor),
    setSpeed(next) {
      settle()
      factor = next
    },
    pause() {
      settle()
      isPaused = true
    },
    goOn() {
      settle()
      isPaused = false
    },
  }
}
