import { harmless } from '../behaviour.ts'
import type { Fault } from '../fault.ts'

export const wrongImage: Fault = {
  kind: 'wrong-image',
  breaks: 'the image does not exist: no new pod ever starts',
  cause: 'missing image',
  parameters: {},
  target: 'image',
  behaviour: () => harmless,
}
