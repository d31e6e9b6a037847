import { expect, test } from 'vitest'
import { inputsIn, type ReplayedInputs, replayArguments } from './replay-arguments.ts'

test.each<ReplayedInputs>([
  { suite: 'quick', lenient: false },
  { suite: 'my suite.yaml', scenario: ['latency', 'a.yaml'], rollout: 'rollout.yaml', lenient: true },
  {
    suite: 'quick',
    analysis: ['a.yaml', 'b.yaml'],
    telemetry: 't.yaml',
    parameters: ['p'],
    topology: 'x',
    lenient: false,
  },
])('the inputs in the arguments of %j are those that they were made of', inputs => {
  expect(inputsIn(replayArguments({ ...inputs, policy: ['careful'] }))).toEqual(inputs)
})
