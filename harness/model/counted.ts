/** A number and what it counts: `1 trial`, `3 trials`. */
export function counted(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`
}
