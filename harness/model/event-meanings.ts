import type { EventType } from './event.ts'
import { type EventMeaning, meanings } from './event-meaning.ts'
import { forgeAndEngineMeanings } from './forge-and-engine-meanings.ts'

const { hash, effectId, actor } = meanings

/** For people: docs/log.md is made from it. */
export const eventMeanings: { readonly [T in EventType]: EventMeaning<T> } = {
  'trial.started': {
    about: 'The first event.',
    fields: {
      scenario: 'its name',
      variant: 'faulty, twin or scare',
      policy: "its name; for an anchor the anchor's",
      level: 'CARM level, L0 to L4',
      seed: 'decides everything random in the trial',
      backend: 'sim or kind',
      horizonMs: "looks end here; people's events may come later",
    },
  },
  'release.updated': {
    about: 'The declared diff of a release: one opaque value took the place of another.',
    fields: {
      deploy: "which of the scenario's deploys, from 0",
      release:
        "deploy (the scenario's), fix (a repair that keeps what the deploy is for), revert (back to what was before) or retry (the same change again)",
      revision: 'of the Rollout, from 1',
      podTemplateHash: hash,
      file: 'manifest that was changed',
      key: 'what was changed in it',
      fromValue: 'before',
      toValue: 'after',
      alsoChanged: 'other keys of the same release, as in commit.pushed',
    },
  },
  'truth.cell': {
    about: "A cell, the world's own tick, ends now.",
    fields: {
      fromMs: 'when it began',
      requests:
        'of users, those that do not come to the service under test too; on a real cluster those of its own pods',
      bad: 'those of them that failed or were slower than the SLO',
      touched: 'those of them that the fault touched: with the same noise and no fault they would have gone otherwise',
    },
  },
  'truth.pod': {
    about: 'A pod began or ceased to suffer from the fault.',
    fields: { pod: 'its name', touched: 'whether it suffers from now on' },
  },
  'truth.blocked': {
    about: 'A good version is kept from going live by its analysis, or no longer, as one that does the same is live.',
    fields: { podTemplateHash: hash, blocked: 'whether it is from now on' },
  },
  'truth.carried': {
    about: "After the horizon: rates that hold until the next such event or the trial's end.",
    fields: { badPerHour: 'bad requests per hour', touchedPerHour: 'touched requests per hour' },
  },
  'look.taken': {
    about: 'A look: counts of one interval, made from scraped counters.',
    fields: {
      fromMs: 'beginning of the interval, not in it',
      toMs: 'its end',
      versions:
        "by pod template hash: pods with samples, requests, those answered with an error code, and successful requests per latency bucket (not cumulative, the last is +Inf); requests in flight; and while there are two versions each pod's part",
      services: 'each with its requests, errors and slow requests',
    },
  },
  'look.missed': { about: 'No look could be made for the interval that ends now.', fields: { reason: 'why' } },
  'rollout.changed': {
    about: "The Rollout's status as a watcher of the API sees it.",
    fields: {
      name: 'of the Rollout',
      phase: 'Progressing, Paused, Healthy or Degraded',
      message: "Argo Rollouts' own",
      revision: 'that it updates to',
      currentHash: 'pod template hash of that revision',
      stableHash: 'pod template hash of the revision that it would return to',
      currentStepIndex: 'step under way, from 0; the number of steps when all are done',
      stepCount: 'number of canary steps',
      updatedReplicas: 'pods of the current revision',
      updatedAvailable: 'those of them that are available',
      replicas: 'pods of all revisions',
      aborted: 'whether the update is aborted',
      held: 'whether somebody holds it at its step',
      irreversible: 'whether the version before cannot be returned to, by the annotation carmine.dev/irreversible',
    },
  },
  'rollout.aborted': {
    about: 'The update is aborted; traffic returns to the stable revision.',
    fields: { actor, podTemplateHash: hash, message: "Argo Rollouts' own" },
  },
  'analysisRun.changed': {
    about: 'An AnalysisRun came or changed.',
    fields: {
      name: 'of the run',
      kind: 'Background or Step',
      podTemplateHash: hash,
      phase: 'Pending, Running, Successful, Failed, Error or Inconclusive',
      message: "Argo Rollouts' own",
      metrics: 'each with its phase, and whether it runs dry',
    },
  },
  'analysis.measured': {
    about: 'A metric of an AnalysisRun was measured.',
    fields: {
      run: 'its name',
      metric: 'its name',
      phase: 'Successful, Failed, Error or Inconclusive',
      value: "the query's answer as Argo Rollouts writes it; empty where there was none",
      message: 'what went wrong; empty where nothing did',
    },
  },
  'pod.changed': {
    about: 'A pod came, changed or went.',
    fields: {
      name: 'of the pod',
      podTemplateHash: hash,
      phase: 'Pending, Running, Terminating, Failed (evicted) or Gone',
      waitingReason: 'why its container does not run, such as CrashLoopBackOff; empty where it does',
      restarts: 'of its container',
      ready: 'whether its readiness probe succeeds',
      lastTerminationReason: 'how its last process ended, such as Error or OOMKilled; empty while none has',
    },
  },
  'kubernetes.emitted': {
    about: 'A Kubernetes event.',
    fields: { object: 'kind and name', reason: 'a word', message: 'a sentence' },
  },
  'traffic.shifted': {
    about: 'Other pods receive traffic than before.',
    fields: { versions: 'number of pods that do, by pod template hash' },
  },
  'detector.fired': {
    about: 'A deciding detector raised an alarm. Those that run in shadow write a stream of their own.',
    fields: {
      detector: 'its name',
      blames: "pod template hash of the revision that it calls bad; null for trouble that is no revision's fault",
      pod: 'the one pod that is bad, where the detector can tell; else empty',
      score: "the detector's own scale",
      reason: 'for people',
    },
  },
  'page.sent': {
    about: 'Somebody is notified. A page is no alarm: it may blame nobody.',
    fields: { effectId, blames: 'as in detector.fired', reason: 'for whoever is paged' },
  },
  'page.acknowledged': { about: 'A person has taken the page.', fields: {} },
  'person.looked': { about: 'A person has looked at what the page is about.', fields: {} },
  'person.decided': { about: 'A person has decided what to do.', fields: { decision: 'rollback or wait' } },
  'cause.found': { about: 'A person knows what is wrong with the release.', fields: {} },
  'fix.merged': { about: 'The repaired change is merged, and is built next.', fields: {} },
  'operation.started': {
    about: 'Somebody acts on the cluster.',
    fields: {
      effectId,
      actor,
      operation: 'abort, undo, promote, release, flagOff, scale or restart',
      podTemplateHash: hash,
    },
  },
  'operation.finished': {
    about: 'The API has taken the operation, or has not.',
    fields: {
      effectId,
      actor,
      operation: 'as in operation.started',
      ok: 'whether it was taken',
      message: 'why not; empty where it was',
    },
  },
  'trial.invalidated': {
    about: 'Set-up or telemetry of the trial failed; it does not count.',
    fields: { reason: 'what failed' },
  },
  'trial.ended': { about: 'The last event.', fields: {} },
  'logs.written': {
    about: 'What programs wrote to their logs up to now; counts of lines, once a minute.',
    fields: {
      fromMs: 'since when',
      infoCount: 'lines of level info, of all sources',
      entries:
        "the other lines: the service that wrote them, pod template hash of the subject's version (empty for other services), level (warn, error or fatal), text and count",
    },
  },
  'probe.answered': {
    about:
      'A synthetic user got an answer, or none in time. An engine sees every probe; the log holds those that failed, and the first good one after them.',
    fields: { ok: 'whether the answer was good and in time', durationMs: 'until the answer, or until it gave up' },
  },
  'flag.changed': {
    about: 'A feature flag was switched.',
    fields: {
      actor: 'who did it',
      flag: 'its name',
      fromValue: 'opaque value before',
      toValue: 'opaque value from now on',
    },
  },
  'connection.recovered': {
    about:
      "On a real cluster: the engine's connection to the API met something that it got over by itself: a lost watch or answer, a conflict, a busy server, credentials that had to be renewed. Nothing was done twice.",
    fields: { reason: 'what it met first', tookMs: 'from there until it went on' },
  },
  ...forgeAndEngineMeanings,
}
