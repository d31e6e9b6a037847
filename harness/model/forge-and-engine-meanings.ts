import type { EventType } from './event.ts'
import { type EventMeaning, meanings } from './event-meaning.ts'

const { number, effectId, incident, actor } = meanings

/** Of what happens at the forge, and of what an engine thinks, asks and does from L2 on. */
export const forgeAndEngineMeanings = {
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
} satisfies { readonly [T in EventType]?: EventMeaning<T> }
