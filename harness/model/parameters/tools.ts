import * as z from 'zod'
import { lognormalTime, time } from './entries.ts'

/** How long whoever diagnoses waits for what the cluster, the forge and the telemetry have to say. */
export const tools = z.strictObject({
  answer: lognormalTime.meta({ description: 'From a question to its answer' }),
  metricsAnswer: lognormalTime.meta({ description: 'The same of Prometheus, when nothing slows it down' }),
  metricsTimeout: time.meta({ description: 'Whoever asks Prometheus waits no longer' }),
  logDelay: time.meta({ description: 'From a written line until a search finds it' }),
  eventsKept: time.meta({ description: 'How long the API server keeps Events' }),
})
