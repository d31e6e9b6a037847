// What k6 runs: load.js, which is the shipped profile.js or a user's script, with a summary that carmine can read.
export * from './load.js'
export { default } from './load.js'

export function handleSummary({ metrics }) {
  const sent = metrics.http_reqs?.values.count ?? 0
  const failed = metrics.http_req_failed?.values.passes ?? 0
  const dropped = metrics.dropped_iterations?.values.count ?? 0
  const missed = Object.entries(metrics).flatMap(([name, { thresholds = {} }]) =>
    Object.keys(thresholds).flatMap(limit => (thresholds[limit].ok ? [] : [`${name}: ${limit}`])),
  )
  return { stdout: `${JSON.stringify({ sent, failed, dropped, missed })}\n` }
}
