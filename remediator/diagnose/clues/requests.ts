import { type Clue, percent, points } from '../clue.ts'
import type { LogSigns } from '../log-signs.ts'
import { isWorse } from '../look-signs.ts'

const { some, clear, strong, decisive } = points

/** Lines that say nothing are not counted: how many of the failures that are told of are of one kind. */
const shareOf = ({ byKind }: LogSigns, kind: keyof LogSigns['byKind']) => {
  const told = byKind.internal + byKind.call + byKind.rejected
  return told < 5 ? 0 : byKind[kind] / told
}

/** What requests of the version say, against the version beside it. Logs count only where counters show the same. */
export const requestClues: readonly Clue[] = [
  {
    clue: 'more errors than beside it',
    source: 'looks',
    weights: {
      errors: strong,
      'route errors': strong,
      'short timeout': clear,
      'worker leak': some,
      'sick pod': some,
      elsewhere: -clear,
      dependency: -clear,
    },
    see: ({ looks: { against } }) =>
      against?.hasMoreErrors === true &&
      `the new version fails ${percent(against.errorRatio)} of its requests, the one beside it ${percent(against.baselineErrorRatio)}`,
  },
  {
    clue: 'no more errors than beside it',
    source: 'looks',
    weights: { errors: -strong, 'route errors': -strong, 'short timeout': -strong },
    see: ({ looks: { against } }) =>
      against !== undefined &&
      against.requests >= 100 &&
      !against.hasMoreErrors &&
      'the new version fails no more requests than the one beside it',
  },
  {
    clue: 'slower than beside it',
    source: 'looks',
    weights: {
      'slow requests': strong,
      'CPU hunger': clear,
      'cold start': strong,
      'noisy neighbour': clear,
      'extra calls': some,
      'worker leak': some,
      'slow tail': -clear,
    },
    see: ({ looks: { against } }) =>
      against?.law.kind === 'whole' &&
      `all requests of the new version take ${against.law.factor} times as long as those of the one beside it`,
  },
  {
    clue: 'a slow tail that is not beside it',
    source: 'looks',
    weights: {
      'slow tail': strong,
      'slow requests': -clear,
      'stalled requests': some,
      'CPU hunger': -clear,
      'cold start': -some,
      'noisy neighbour': -some,
    },
    see: ({ looks: { against } }) =>
      against?.law.kind === 'tail' &&
      `${percent(against.law.share)} of the requests of the new version take ${against.law.factor} times as long`,
  },
  {
    clue: 'as fast as beside it',
    source: 'looks',
    weights: {
      'slow requests': -strong,
      'slow tail': -strong,
      'CPU hunger': -clear,
      'cold start': -strong,
      'noisy neighbour': -strong,
    },
    see: ({ looks: { against } }) =>
      against !== undefined &&
      against.requests >= 100 &&
      against.law.kind === 'none' &&
      'the new version is as fast as the one beside it',
  },
  {
    clue: 'errors since it serves alone',
    source: 'looks',
    weights: { errors: clear, 'route errors': clear, 'short timeout': some },
    see: ({ looks: { against, againstPast: past } }) =>
      against === undefined &&
      past?.hasMoreErrors === true &&
      `the new version fails ${percent(past.errorRatio)}; before it ${percent(past.baselineErrorRatio)} failed`,
  },
  {
    clue: 'slow since it serves alone',
    source: 'looks',
    weights: { 'slow requests': some, 'CPU hunger': some, 'extra calls': some },
    see: ({ looks: { against, againstPast: past } }) =>
      against === undefined &&
      past?.law.kind === 'whole' &&
      `the new version takes ${past.law.factor} times as long as what served before it`,
  },
  {
    clue: 'the other version suffers too',
    source: 'looks',
    weights: {
      requests: -strong,
      release: -strong,
      'extra calls': -some,
      'sick pod': -strong,
      'noisy neighbour': -strong,
      'cold start': -strong,
    },
    see: ({ looks: { others, against } }) =>
      others !== undefined &&
      isWorse(others) &&
      (against === undefined || !isWorse(against)) &&
      `the other version does worse than before too (${percent(others.errorRatio)} errors)`,
  },
  {
    clue: 'the other version is well',
    source: 'looks',
    weights: { flag: -strong, dependency: -strong, 'lack of capacity': -strong, 'extra calls': -clear },
    see: ({ looks: { others, against } }) =>
      others !== undefined &&
      !isWorse(others) &&
      against !== undefined &&
      isWorse(against) &&
      'the version beside it does what it did before',
  },
  {
    clue: 'its own failures',
    source: 'logs',
    weights: { errors: clear, 'route errors': clear, 'short timeout': -strong, dependency: -clear },
    see: ({ judgedLogs, looks: { against, againstPast } }) =>
      (against ?? againstPast)?.hasMoreErrors === true &&
      judgedLogs !== undefined &&
      shareOf(judgedLogs, 'internal') >= 0.7 &&
      `${percent(shareOf(judgedLogs, 'internal'))} of its error lines tell of failures of its own`,
  },
  {
    clue: 'failed calls of the new version alone',
    source: 'logs',
    weights: { 'short timeout': strong, errors: -strong, 'route errors': -strong, dependency: -some },
    see: ({ judgedLogs, otherLogs, looks: { against, judgedRequests, otherRequests } }) =>
      against?.hasMoreErrors === true &&
      judgedLogs !== undefined &&
      shareOf(judgedLogs, 'call') >= 0.6 &&
      judgedLogs.byKind.call * otherRequests > 3 * (otherLogs?.byKind.call ?? 0) * judgedRequests &&
      `${percent(shareOf(judgedLogs, 'call'))} of its error lines tell of calls to other services that failed`,
  },
  {
    clue: 'one route fails',
    source: 'logs',
    weights: { 'route errors': strong, errors: -clear },
    see: ({ judgedLogs, looks: { against, againstPast } }) =>
      (against ?? againstPast)?.hasMoreErrors === true &&
      judgedLogs !== undefined &&
      judgedLogs.route !== '' &&
      'nearly all of its error lines name one route',
  },
  {
    clue: 'requests are turned away',
    source: 'logs',
    weights: { 'lack of capacity': clear, 'CPU hunger': some, 'worker leak': some, errors: -some },
    see: ({ judgedLogs, otherLogs }) =>
      [judgedLogs, otherLogs].some(logs => logs !== undefined && shareOf(logs, 'rejected') >= 0.3) &&
      'requests are turned away because too many wait',
  },
  {
    clue: 'clients give up',
    source: 'logs',
    weights: { 'stalled requests': decisive, 'worker leak': some, 'slow requests': -some },
    see: ({ judgedLogs, otherLogs, looks: { against } }) =>
      judgedLogs !== undefined &&
      judgedLogs.byKind.clientGone >= 3 &&
      judgedLogs.byKind.clientGone > 3 * (otherLogs?.byKind.clientGone ?? 0) &&
      against?.hasMoreErrors !== true &&
      `${judgedLogs.byKind.clientGone} clients of the new version went away before their answer`,
  },
  {
    clue: 'no client gives up',
    source: 'logs',
    weights: { 'stalled requests': -strong },
    see: ({ judgedLogs }) =>
      judgedLogs !== undefined && judgedLogs.byKind.clientGone === 0 && 'no client of the new version went away',
  },
  {
    clue: 'requests pile up',
    source: 'looks',
    weights: { 'worker leak': strong, 'stalled requests': some },
    see: ({ looks }) =>
      looks.inFlightGrows && 'more and more requests of the new version are in flight, though no more come',
  },
  {
    clue: 'requests pile up in some pods of a version',
    source: 'metrics',
    weights: { 'worker leak': decisive, 'lack of capacity': -clear, 'noisy neighbour': some },
    see: ({ worn, looks: { against } }) =>
      against === undefined &&
      worn !== undefined &&
      worn.pods > 0 &&
      `${worn.pods} of ${worn.of} pods hold nearly all requests that are in progress`,
  },
  {
    clue: 'requests do not pile up',
    source: 'looks',
    weights: { 'worker leak': -clear },
    see: ({ looks: { inFlightGrows, servingFromMs } }) =>
      servingFromMs !== null && !inFlightGrows && 'no more requests are in flight than at first',
  },
  {
    clue: 'CPU at its limit',
    source: 'objects',
    weights: { 'CPU hunger': strong, 'slow requests': -clear, 'noisy neighbour': -clear, 'cold start': -some },
    see: ({ cpu }) =>
      cpu !== undefined &&
      (cpu.ofLimit ?? 0) >= 0.6 &&
      (cpu.ofOthers === null || cpu.ofOthers >= 2) &&
      `pods of the new version use ${percent(cpu.ofLimit!)} of their CPU limit`,
  },
  {
    clue: 'many times the CPU',
    source: 'objects',
    weights: { 'CPU hunger': strong, 'slow requests': -some },
    see: ({ cpu }) =>
      cpu !== undefined &&
      (cpu.ofOthers ?? 0) >= 4 &&
      `its pods use ${cpu.ofOthers!.toFixed(1)} times the CPU of the others`,
  },
  {
    clue: 'no more CPU',
    source: 'objects',
    weights: { 'CPU hunger': -decisive },
    see: ({ cpu }) =>
      cpu !== undefined &&
      (cpu.ofOthers ?? 9) < 2 &&
      (cpu.ofLimit ?? 0) < 0.5 &&
      'pods of the new version use no more CPU than the others',
  },
  {
    clue: 'more calls for each request',
    source: 'looks',
    weights: { 'extra calls': decisive, dependency: -strong, 'lack of capacity': -clear },
    see: ({ calledMore, looks: { timing } }) =>
      calledMore !== undefined &&
      timing !== 'before' &&
      `each request causes ${calledMore.callsFactor!.toFixed(1)} times as many calls to ${calledMore.service} as before`,
  },
  {
    clue: 'as many calls as before',
    source: 'looks',
    weights: { 'extra calls': -strong },
    see: ({ callees, calledMore }) =>
      callees !== undefined &&
      callees.length > 0 &&
      callees.every(({ isKnown }) => isKnown) &&
      calledMore === undefined &&
      'requests cause as many calls to other services as before',
  },
  {
    clue: 'a timeout was changed',
    source: 'changes',
    weights: { 'short timeout': clear },
    see: ({ changedKeys }) =>
      changedKeys?.some(key => /timeout|deadline/i.test(key)) === true && 'the release changes a timeout',
  },
  {
    clue: 'no timeout was changed',
    source: 'changes',
    weights: { 'short timeout': -clear },
    see: ({ changedKeys }) =>
      changedKeys !== undefined &&
      changedKeys.length > 0 &&
      !changedKeys.some(key => /timeout|deadline/i.test(key)) &&
      'the release changes no timeout by name',
  },
]
