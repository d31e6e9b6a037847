import { type Clue, points } from '../clue.ts'
import type { PodSigns } from '../pod-signs.ts'

const { some, clear, strong, decisive } = points

/** Enough of a version's pods show it: two, or all of fewer. */
const enough = (count: number, { pods }: PodSigns) => pods > 0 && count >= Math.min(2, pods)
const of = (count: number, { pods }: PodSigns) => `${count} of ${pods} pods of the new version`

/** What pods that do not come up say: direct signs, which the API server tells with the kubelet's own words. */
export const startClues: readonly Clue[] = [
  {
    clue: 'image is not pulled',
    source: 'pods',
    weights: { requests: -strong, 'missing image': decisive, elsewhere: -clear },
    see: ({ judgedPods: own, otherPods }) =>
      enough(own.pullFails, own) &&
      otherPods.pullFails === 0 &&
      `the image cannot be pulled: ${of(own.pullFails, own)}`,
  },
  {
    clue: 'configuration key is missing',
    source: 'pods',
    weights: { requests: -strong, 'missing configuration key': decisive, elsewhere: -clear },
    see: ({ judgedPods: own, otherPods }) =>
      enough(own.configMissing, own) &&
      otherPods.configMissing === 0 &&
      `a container cannot be created for want of its configuration: ${of(own.configMissing, own)}`,
  },
  {
    clue: 'readiness path is not found',
    source: 'events',
    weights: { requests: -strong, 'wrong probe path': decisive, elsewhere: -clear },
    see: ({ judgedPods: own, otherPods }) =>
      enough(own.probeNotFound, own) &&
      otherPods.probeNotFound === 0 &&
      `the readiness probe is answered with 404: ${of(own.probeNotFound, own)}`,
  },
  {
    clue: 'processes crash',
    source: 'pods',
    weights: { requests: -clear, crash: decisive, elsewhere: -some, 'sick pod': -strong },
    see: ({ judgedPods: own, otherPods }) =>
      enough(own.crashed, own) &&
      own.livenessKilled === 0 &&
      otherPods.crashed === 0 &&
      `processes end with an error: ${of(own.crashed, own)}`,
  },
  {
    clue: 'no process crashes',
    source: 'pods',
    weights: { crash: -strong },
    see: ({ judgedPods: own }) =>
      own.pods > 0 && own.crashed === 0 && 'no process of the new version has ended with an error',
  },
  {
    clue: 'processes run out of memory',
    source: 'pods',
    weights: { 'memory leak': decisive, crash: -strong, start: -clear },
    see: ({ judgedPods: own, otherPods }) =>
      own.outOfMemory > 0 &&
      otherPods.outOfMemory === 0 &&
      `processes were killed for want of memory: ${of(own.outOfMemory, own)}`,
  },
  {
    clue: 'no process was killed for memory',
    source: 'pods',
    weights: { 'memory leak': -strong },
    see: ({ judgedPods: own }) =>
      own.pods > 0 && own.outOfMemory === 0 && 'no process of the new version was killed for want of memory',
  },
  {
    clue: 'the changed key is what pods miss',
    source: 'objects',
    weights: { 'missing image': clear },
    see: ({ changedKeys, judgedPods: own }) =>
      own.pullFails > 0 && changedKeys?.includes('image') && 'the release changes the image',
  },
  {
    clue: 'image as before',
    source: 'objects',
    weights: { 'missing image': -strong },
    see: ({ changedKeys }) =>
      changedKeys !== undefined &&
      changedKeys.length > 0 &&
      !changedKeys.includes('image') &&
      'the release keeps the image',
  },
  {
    clue: 'pods are ready',
    source: 'pods',
    weights: { start: -strong, crash: -clear },
    see: ({ judgedPods: own }) =>
      own.pods > 0 &&
      own.ready === own.pods &&
      own.crashed + own.pullFails + own.configMissing + own.probeNotFound === 0 &&
      'all pods of the new version are ready, and none was restarted',
  },
  {
    clue: 'the version serves',
    source: 'looks',
    weights: { 'missing image': -strong, 'missing configuration key': -strong, 'wrong probe path': -strong },
    see: ({ looks }) => looks.servingFromMs !== null && 'the new version has answered requests',
  },
  {
    clue: 'the version has never served',
    source: 'looks',
    weights: { requests: -strong },
    see: ({ looks, judgedHash }) =>
      judgedHash !== null &&
      looks.servingFromMs === null &&
      looks.silentForMs < 60_000 &&
      'the new version has answered no request',
  },
]
