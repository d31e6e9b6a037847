import * as z from 'zod'
import { mixName, sumsToOne } from '../load-mix.ts'
import { share, time, value } from './entries.ts'

const timeOfDay = time.refine(({ ms }) => ms <= 86_400_000, 'a time of day is from 0h to 24h')

/** What requests do where a scenario's `load` does not say it. */
export const traffic = z.strictObject({
  startsAt: z
    .strictObject({ earliest: timeOfDay, latest: timeOfDay })
    .refine(({ earliest, latest }) => earliest.ms <= latest.ms, {
      path: ['latest'],
      message: '`latest` lies before `earliest`',
    })
    .meta({ description: 'Time of day at which a trial starts: the seed draws it between the two' }),
  daily: z
    .strictObject({
      amplitude: value(z.number().min(0).max(0.8)),
      second: value(z.number().min(0).max(0.2)),
      peak: timeOfDay,
    })
    .meta({
      description: 'Daily shape: first and second harmonic over the mean of the day, and the time of day of the peak',
    }),
  burstiness: z.strictObject({ variation: value(z.number().min(0).max(1)), correlationTime: time }).meta({
    description: 'Slow random ups and downs: standard deviation over mean, and time in which their memory fades to 1/e',
  }),
  routes: z
    .record(mixName, share)
    .refine(routes => sumsToOne(Object.values(routes).map(entry => entry.share)), {
      message: 'the shares of the routes do not add up to 100%',
    })
    .meta({ description: 'Routes of the service under test, and their shares of its requests' }),
  tenants: z
    .strictObject({ count: value(z.int().min(1).max(1000)), zipf: value(z.number().min(0).max(3)) })
    .meta({ description: 'The n-th tenant sends requests in proportion to n^-zipf' }),
})
export type TrafficParameters = z.output<typeof traffic>
