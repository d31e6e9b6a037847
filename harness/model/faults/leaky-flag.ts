import type { Fault } from '../fault.ts'
import { connectionLeak } from './connection-leak.ts'

export const leakyFlag: Fault = {
  ...connectionLeak,
  kind: 'leaky-flag',
  breaks: 'what a flag switches on keeps a worker now and then for as long as the flag is on, in every version',
  cause: 'flag',
}
