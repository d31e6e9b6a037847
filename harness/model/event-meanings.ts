import type { EventData, EventType } from './event.ts'

/** What an event of a type tells, and each of its fields. */
export interface EventMeaning<T extends EventType> {
  readonly about: string
  readonly fields: { readonly [F in keyof EventData<T>]: string }
}

const hash = 'pod template hash of the revision'
const number = 'of the pull request'
const effectId = "the effect that it belongs to; a person's begin with `person/`"
const incident = "the engine's name of the incident"
const actor = 'engine, argo, human or kubelet'

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
  'commit.pushed': {
    about:
      "The main branch of the services' repository has a commit more. What was pushed before the trial stands at its start.",
    fields: {
      sha: 'its name',
      author: 'who wrote it',
      message: 'what they say of it',
      atMs: 'when, in ms of trial time; below 0 before the trial',
      changes: 'values of keys of files, before and after',
    },
  },
  'pullRequest.opened': {
    about: 'A change is proposed: tests and review follow.',
    fields: {
      number,
      author: 'who proposes it',
      title: 'what they say of it',
      description: 'Markdown',
      changes: 'as in commit.pushed',
    },
  },
  'pullRequest.reviewed': {
    about: 'Somebody has looked at a proposed change.',
    fields: { number, approved: 'or the author is asked to change it', message: 'of the reviewer' },
  },
  'pullRequest.merged': {
    about: 'A proposed change is on the main branch, and is built next.',
    fields: { number, sha: 'of its commit' },
  },
  'pullRequest.closed': { about: 'A proposed change will not be merged.', fields: { number } },
  'pipeline.finished': {
    about: 'A commit was tested and built, and is on its way to the cluster; or its build failed and starts again.',
    fields: {
      sha: 'of the commit',
      number: 'of the pull request that it came with; null where there was none',
      attempt: 'earlier builds of the commit',
      ok: 'whether it succeeded',
      startedMs: 'when it began, in ms of trial time; below 0 before the trial',
    },
  },
  'incident.opened': {
    about: 'The engine takes up something that went wrong: it blames a revision, or something else.',
    fields: { incident, reason: 'for people' },
  },
  'incident.closed': {
    about: 'The engine has done what it can about an incident.',
    fields: { incident, reason: 'why' },
  },
  'tool.called': {
    about: 'The engine asks for evidence. It only reads.',
    fields: { effectId, incident, tool: 'its name', arguments: 'canonical JSON' },
  },
  'tool.answered': {
    about: 'Evidence came, or could not be had.',
    fields: {
      effectId,
      tool: 'its name',
      ok: 'whether there is an answer',
      summary: 'of the answer, or why there is none',
    },
  },
  'diagnosis.made': {
    about: 'The report on the root cause of an incident.',
    fields: {
      effectId,
      incident,
      verdict: 'confirmed, likely or inconclusive',
      ranked:
        'hypotheses, best first: what is wrong with what, the change that brought it, and its share of the belief',
      evidence: 'what it rests on',
      ruledOut: 'what else was looked at, and why it is not the cause',
      toolCalls: 'spent on it',
    },
  },
  'diagnosis.read': {
    about: 'A person has read the diagnosis.',
    fields: { incident, believed: 'whether they go on from it, or search by themselves' },
  },
  'proposal.made': {
    about: 'The engine has opened a pull request for an incident.',
    fields: { effectId, incident, rule: 'that the change was made by', number },
  },
  'gate.decided': {
    about: 'The gate was asked whether an action may be applied.',
    fields: {
      effectId,
      incident,
      class: 'safe class of the action',
      action: 'canonical JSON',
      verdict: 'allow, ask (a person has to approve) or deny',
      reasons: 'all of them',
    },
  },
  'approval.asked': {
    about: 'A person is asked to approve an action.',
    fields: { effectId, incident, action: 'canonical JSON' },
  },
  'approval.answered': {
    about: 'The answer, or that none came in time.',
    fields: { effectId, answer: 'approved, rejected or none' },
  },
  'action.verified': {
    about: 'What the looks say that began after an action took effect.',
    fields: {
      effectId,
      incident,
      outcome: 'better, no worse, worse or unknown; the last two are undone',
      reason: 'for people',
    },
  },
  'audit.recorded': {
    about: 'A line was added to the audit log.',
    fields: { line: 'canonical JSON, with the hash of the line before' },
  },
  'threshold.changed': {
    about: "Another limit stands in a metric's failureCondition.",
    fields: { actor, template: 'AnalysisTemplate', metric: 'its name', fromValue: 'before', toValue: 'after' },
  },
}
