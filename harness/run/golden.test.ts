import { expect, test } from 'vitest'
import { eventLine } from '../model/trial-log.ts'
import { scenarioOf, trialOf } from './fixtures/trials.ts'

const tooMany = ['look.taken', 'truth.cell']

test('the log of a faulty trial at L1 is the one that was read and found right', async () => {
  const { events } = trialOf(scenarioOf('error-ratio'))
  const lines = events.filter(({ type }) => !tooMany.includes(type)).map(eventLine)
  await expect(lines.join('')).toMatchFileSnapshot('fixtures/error-ratio-faulty-careful-L1-1.ndjson')
})
