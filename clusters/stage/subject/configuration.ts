import { type Behaviour, combined, harmless } from '../../../harness/model/behaviour.ts'
import { decodeRelease, settingVariable } from '../../../harness/model/release.ts'

/** What one pod of the subject does. */
export interface Configuration {
  readonly behaviour: Behaviour
  /** Base URL of the service that every request needs; null: none. */
  readonly dependencyUrl: string | null
  readonly dependencyTimeoutMs: number
  /** Calls of the dependency that are made again when one fails. */
  readonly dependencyRetries: number
  /** Requests that are served at a time. */
  readonly workers: number
  /** CPU of a request. */
  readonly cpuMs: number
  /** Cores. */
  readonly cpuLimit: number
  /** The service's own part of a request, without the calls of its dependency. */
  readonly medianServiceMs: number
  /** Standard deviation of the logarithm of that part. */
  readonly serviceSigma: number
  readonly baseErrorRatio: number
  /** Requests slower than this are bad in the record. */
  readonly sloMs: number
  /** How long a pod keeps serving after SIGTERM, so that every kube-proxy has forgotten it before it closes. */
  readonly drainMs: number
  readonly port: number
  readonly metricsPort: number
  readonly recordPort: number
  /** Whom its last word is for; null: for nobody. */
  readonly recordKey: string | null
}

/** The port of the record, which no manifest declares, so that Prometheus does not scrape it. */
export const recordPort = 9103

/** Names the harness's public key. */
export const recordKeyVariable = 'RECORD_KEY'

/**
 * Reads environment variables; all are optional. By default a service with a dependency is the checkout of the topology `shop`, and one
 * without is its payments, though it does not fail, so that what the callers see is theirs. Throws when RELEASE or CALL_TIMEOUT is set to something that is no release
 * configuration.
 */
export function readConfiguration(env: Readonly<Record<string, string | undefined>>): Configuration {
  const number = (name: string, otherwise: number) => Number(env[name] ?? otherwise)
  const decoded = (text: string | undefined) => (text ? decodeRelease(text) : harmless)
  const dependencyUrl = env['PAYMENTS_URL'] || null
  const isLeaf = dependencyUrl === null
  return {
    behaviour: combined(decoded(env['RELEASE']), decoded(env[settingVariable])),
    dependencyUrl,
    dependencyTimeoutMs: number('CALL_TIMEOUT_MS', 1000),
    dependencyRetries: number('CALL_RETRIES', 2),
    workers: number('WORKERS', 4),
    cpuMs: number('CPU_MS', 4),
    cpuLimit: number('CPU_LIMIT', 0.5),
    medianServiceMs: number('SERVICE_MEDIAN_MS', isLeaf ? 2 : 16),
    serviceSigma: number('SERVICE_SIGMA', isLeaf ? 1 : 0.97),
    baseErrorRatio: number('BASE_ERROR_RATIO', isLeaf ? 0 : 0.001),
    sloMs: number('SLO_MS', 500),
    drainMs: number('DRAIN_MS', 3000),
    port: number('PORT', 8080),
    metricsPort: number('METRICS_PORT', 9102),
    recordPort,
    recordKey: env[recordKeyVariable] || null,
  }
}
