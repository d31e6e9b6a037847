import * as z from 'zod'
import { documentOf, durationMs } from '../../harness/model/schema-types.ts'
import { compileWholeRe2 } from '../sim/re2/compile-re2.ts'
import { PatternError } from '../sim/re2/pattern-error.ts'

const metricName = z
  .string()
  .regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, 'a metric name has letters, digits, `_` and `:`, and begins with no digit')
const labelName = z
  .string()
  .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'a label name has letters, digits and `_`, and begins with no digit')
const labels = z.record(labelName, z.string())

const codePattern = z.string().check(context => {
  try {
    compileWholeRe2(context.value)
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    context.issues.push({ code: 'custom', input: context.value, message: error.message })
  }
})

/** Prometheus looks back this far: with longer intervals its answers have holes. */
const longestScrapeMs = 300_000

/** Requests slower than this, in seconds, are bad: the objective of the shipped subject. */
export const sloLatencyS = 0.5

const telemetrySpec = z
  .strictObject({
    requests: z
      .strictObject({
        counter: metricName.default('http_requests_total'),
        labels: labels.default({}).meta({ description: 'Labels of the counter that never change' }),
        inFlight: metricName
          .default('http_requests_in_flight')
          .meta({ description: 'Gauge of the requests in progress; has no labels of its own' }),
      })
      .prefault({}),
    latency: z
      .strictObject({
        histogram: metricName.default('http_request_duration_seconds').meta({ description: 'Without _bucket' }),
        bucketsS: z
          .array(z.number().positive())
          .min(1)
          // With +Inf the 64 that the simulator's noise tells apart.
          .max(63)
          .refine(bounds => bounds.every((bound, i) => i === 0 || bound > bounds[i - 1]!), 'bucket bounds must rise')
          .refine(
            bounds => bounds.includes(sloLatencyS),
            `${sloLatencyS} must be among the bounds: requests that take longer are bad, and are counted by bucket`,
          )
          // The default buckets of the Prometheus client libraries.
          .default([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10])
          .meta({ description: 'Upper bounds in seconds, without +Inf; the objective of 0.5 is among them' }),
      })
      .prefault({}),
    code: z
      .strictObject({
        label: labelName.default('code').meta({ description: 'On the counter and on the histogram' }),
        success: z.string().default('200').meta({ description: 'Written for an answer that is good' }),
        error: z.string().default('500').meta({ description: 'Written for an answer that failed' }),
        errors: codePattern
          .default('5..')
          .meta({ description: 'Codes that are errors: a regular expression for the whole code' }),
      })
      .refine(({ error, errors }) => compileWholeRe2(errors).test(error), '`errors` does not match the code in `error`')
      .refine(({ success, errors }) => !compileWholeRe2(errors).test(success), '`errors` matches the code in `success`')
      .prefault({}),
    labels: z
      .strictObject({
        podTemplateHash: labelName.default('rollouts_pod_template_hash'),
        pod: labelName.default('pod'),
        namespace: labelName.default('namespace'),
        service: z
          .array(labelName)
          .default(['service', 'job'])
          .meta({ description: "Labels that hold the service's name" }),
        constant: labels.default({}).meta({ description: 'Labels of every series that never change' }),
      })
      .prefault({}),
    scrapeInterval: durationMs
      .refine(ms => ms >= 1000 && ms <= longestScrapeMs, 'an interval of scrapes is from 1s to 5m')
      .default(5000),
  })
  .superRefine(({ requests, latency, code, labels }, context) => {
    const { counter, inFlight } = requests
    const of = `${latency.histogram}_`
    const series = ['up', `${of}bucket`, `${of}sum`, `${of}count`]
    const { podTemplateHash, pod, namespace, service, constant } = labels
    const names = ['le', code.label, podTemplateHash, pod, namespace, ...service, ...Object.keys(constant)]
    const all = [...names, ...Object.keys(requests.labels)]
    const twice = all.find((name, i) => all.indexOf(name) < i)
    const tell = (message: string) => context.addIssue({ code: 'custom', message })
    for (const [name, others] of [
      [counter, series],
      [inFlight, [...series, counter]],
    ] as const)
      if (others.includes(name)) tell(`\`${name}\` is the name of another series`)
    if (twice !== undefined) tell(`two labels are called \`${twice}\``)
  })

/**
 * How the subject's telemetry is called: the names of its series and labels, for users to map their own. Everything defaults to the names
 * of the shipped subject; `scrapeInterval` is read as milliseconds.
 */
export const telemetryDocument = documentOf('Telemetry', telemetrySpec)
export type Telemetry = z.output<typeof telemetrySpec>

/** The shipped subject's telemetry, which holds where no file says otherwise. */
export const defaultTelemetry: Telemetry = telemetrySpec.parse({})

/** Whether a status code is an error. */
export function errorCode({ code }: Telemetry): RegExp {
  return compileWholeRe2(code.errors)
}

/** Prometheus 3 stores bucket bounds as floats, whatever the client wrote: `1` becomes `1.0`. */
export function leText(boundS: number): string {
  return Number.isInteger(boundS) ? `${boundS}.0` : String(boundS)
}
