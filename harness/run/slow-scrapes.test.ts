import { expect, test } from 'vitest'
import { argoAlone, errorsOf, eventsOf, shippedSubject, trialOf } from './fixtures/trials.ts'

const { rollout, telemetry } = shippedSubject

/** One canary pod beside three stable ones, as each is scraped at an offset of its own. */
const subject = {
  ...shippedSubject,
  rollout: { ...rollout, spec: { ...rollout.spec, replicas: 4 } },
  telemetry: { ...telemetry, scrapeInterval: 15_000 },
}

test.each([1, 2, 3, 4, 5, 6])('with scrapes every 15 s both versions are in every look: seed %i', seed => {
  const trial = trialOf(errorsOf(0.3), { seed, subject, row: argoAlone, horizonMs: 400_000 })
  const bothServe = eventsOf(trial, 'traffic.shifted').find(({ data }) => data.versions.length === 2)!.t
  const looks = eventsOf(trial, 'look.taken').filter(({ t }) => t > bothServe + 15_000)
  expect(looks.length).toBeGreaterThan(10)
  for (const { data } of looks.slice(0, 6)) expect(data.versions).toHaveLength(2)
})
