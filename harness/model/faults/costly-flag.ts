import type { Fault } from '../fault.ts'
import { extraCalls } from './extra-calls.ts'

export const costlyFlag: Fault = {
  ...extraCalls,
  kind: 'costly-flag',
  breaks: 'what a flag switches on calls another service many times for each request, in every version',
  cause: 'flag',
}
