/** Measures the parts of a run. */
export interface Phases {
  during<T>(name: string, part: () => Promise<T>): Promise<T>
  /** As `cluster 24 s, images 30 s`, in the order in which they ended. */
  told(): string
}

export function measurePhases(nowMs: () => number): Phases {
  const took: string[] = []
  return {
    async during(name, part) {
      const fromMs = nowMs()
      try {
        return await part()
      } finally {
        took.push(`${name} ${Math.round((nowMs() - fromMs) / 1000)} s`)
      }
    },
    told: () => took.join(', '),
  }
}
