import { expect, test } from 'vitest'
import { calm } from '../../harness/judge/fixtures/trials.ts'
import { scenarioOf, trialOf } from '../../harness/run/fixtures/trials.ts'
import { momentsOfLog } from './moments.ts'

test('a flag that goes on or off is a moment, with whoever switched it', () => {
  const { events } = trialOf(scenarioOf('feature-flag'), { seed: 1 })
  const switched = momentsOfLog(events, calm).filter(({ text }) => text.endsWith(' is switched'))
  expect(switched[0]).toMatchObject({ atMs: 240_000, text: 'flag new-pricing is switched' })
  expect(switched.map(({ mark }) => mark)).toEqual(
    events.flatMap(({ type, data }) => (type === 'flag.changed' ? data.actor : [])),
  )
})
