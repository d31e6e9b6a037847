import type { IntOrString, Probe } from '../../manifests/argo-types.ts'

export type ProbeKind = 'startup' | 'readiness' | 'liveness'

/** A probe as the kubelet carries it out, every default filled in. */
export interface ProbeSpec {
  readonly initialDelayMs: number
  readonly periodMs: number
  readonly timeoutMs: number
  readonly successThreshold: number
  readonly failureThreshold: number
  /** From SIGTERM to SIGKILL when this probe has failed; null: the pod's. */
  readonly gracePeriodMs: number | null
  /** What an HTTP probe asks for, with the port, such as `8080/ready`; null for other probes. */
  readonly request: { readonly port: number; readonly path: string } | null
  /** The port that a TCP probe opens: the kernel does that for a process that is sick or hangs too. Null for other probes. */
  readonly tcpPort: number | null
}

export type ContainerProbes = { readonly [K in ProbeKind]?: ProbeSpec }

/**
 * What a started application answers: `up` success, `sick` 503, `hung` nothing at all, so that it ignores SIGTERM too.
 */
export type Answer = 'up' | 'sick' | 'hung'

/** What a probe finds. */
export type Outcome = 'success' | 'unavailable' | 'notFound' | 'refused' | 'timeout'

/**
 * The kubelet's worker for one probe of one container. Between two changes of what the process answers all its ticks find the same, so
 * that only the ticks that change something are events and the others are counted afterwards.
 */
export interface Prober {
  readonly kind: ProbeKind
  /** First tick that has not been counted. */
  nextTickMs: number
  /** What the ticks from there on find. */
  outcome: Outcome
  /** What the last probe found; null before the first. Kept from one process of the container to the next, as is `run`. */
  last: Outcome | null
  /** How many probes in a row succeeded, or failed, like the last one. */
  run: number
  /** What the worker last told the kubelet; null before that. */
  told: boolean | null
  /** The process failed the probe and is being stopped. */
  onHold: boolean
  /** Events of an earlier plan are void. */
  plan: number
}

/** The kubelet's defaults for what a probe leaves out (Kubernetes v1.34, API reference of Probe; pkg/apis/core/v1/defaults.go). */
const defaults = {
  initialDelaySeconds: 0,
  periodSeconds: 10,
  timeoutSeconds: 1,
  successThreshold: 1,
  failureThreshold: 3,
} as const

/** @param portOf number of a port that the probe names. */
export function probeSpec(probe: Probe, portOf: (name: string) => number): ProbeSpec {
  const { httpGet, tcpSocket, terminationGracePeriodSeconds } = probe
  // A number that is 0 takes the default too.
  const number = (field: keyof typeof defaults) => probe[field] || defaults[field]
  const portNumber = (port: IntOrString) => (typeof port === 'number' ? port : portOf(port))
  return {
    initialDelayMs: number('initialDelaySeconds') * 1000,
    periodMs: number('periodSeconds') * 1000,
    timeoutMs: number('timeoutSeconds') * 1000,
    successThreshold: number('successThreshold'),
    failureThreshold: number('failureThreshold'),
    gracePeriodMs: terminationGracePeriodSeconds === undefined ? null : terminationGracePeriodSeconds * 1000,
    request: httpGet === undefined ? null : { port: portNumber(httpGet.port), path: httpGet.path ?? '/' },
    tcpPort: tcpSocket === undefined || httpGet !== undefined ? null : portNumber(tcpSocket.port),
  }
}
