import type { Unit } from '../model/measures.ts'

/** How a bound is written, for people. */
export const boundTexts: Readonly<Record<Unit, string>> = {
  share: 'a share, such as 5%',
  ratio: 'a ratio, such as 20%',
  seconds: 'a time, such as 2m',
  minutes: 'a time, such as 2m',
  count: 'a number',
  perHour: 'a number',
}
