import { type Clue, points } from '../clue.ts'

const { some, clear, strong, decisive } = points

/** When the trouble began, how it went on with the age of the pods, and what became of it without the new version. */
export const timingClues: readonly Clue[] = [
  {
    clue: 'began with the new version',
    source: 'looks',
    weights: {
      release: clear,
      'worker leak': -some,
      'memory leak': 0,
      elsewhere: -some,
      'cold start': some,
      'noisy neighbour': -clear,
      'sick pod': -some,
    },
    see: ({ looks }) => looks.timing === 'at once' && 'the trouble began with the first requests of the new version',
  },
  {
    clue: 'began later',
    source: 'looks',
    weights: {
      'slow requests': -clear - some,
      'slow tail': -some,
      'extra calls': -clear,
      'cold start': -strong,
      'noisy neighbour': clear,
      errors: -some,
      'sick pod': some,
    },
    see: ({ looks: { timing, onsetMs, servingFromMs } }) =>
      timing === 'later' && `the new version had served well for ${Math.round((onsetMs - servingFromMs!) / 1000)} s`,
  },
  {
    clue: 'began before the new version',
    source: 'looks',
    weights: { release: -decisive, 'cold start': -strong, 'sick pod': -clear, 'noisy neighbour': -clear },
    see: ({ looks }) => looks.timing === 'before' && 'the trouble began before the new version had any request',
  },
  {
    clue: 'nothing was deployed',
    source: 'observations',
    weights: {
      release: -decisive,
      'memory leak': 0,
      'worker leak': 0,
      'cold start': -clear,
      'tight threshold': -strong,
    },
    see: ({ judgedHash, facts }) =>
      (judgedHash === null || facts.deployedAtMs === null) && 'no version was rolling out',
  },
  {
    clue: 'slowness fades',
    source: 'looks',
    weights: {
      'cold start': strong + clear,
      'slow requests': -strong,
      'slow tail': -strong,
      'CPU hunger': -clear,
      'noisy neighbour': -clear,
    },
    see: ({ looks: { excess, timing, against } }) =>
      excess === 'fades' &&
      timing === 'at once' &&
      against !== undefined &&
      against.law.kind !== 'none' &&
      'the first pods of the new version were slow at first and get faster',
  },
  {
    clue: 'slowness seems to fade',
    source: 'looks',
    weights: { 'cold start': some, 'slow requests': -clear },
    see: ({ looks: { excess, timing, against } }) =>
      excess === 'seems to fade' &&
      timing === 'at once' &&
      against?.law.kind === 'whole' &&
      'the first pods of the new version seem to get faster',
  },
  {
    clue: 'too early to tell whether slowness fades',
    source: 'looks',
    weights: { 'slow requests': -some },
    see: ({ looks: { excess, timing, against } }) =>
      excess === 'unknown' &&
      timing === 'at once' &&
      against?.law.kind === 'whole' &&
      'nobody can tell yet whether the new version stays as slow as it began',
  },
  {
    clue: 'slowness stays',
    source: 'looks',
    weights: { 'cold start': -strong },
    see: ({ looks: { excess, timing, against } }) =>
      excess === 'stays' &&
      timing === 'at once' &&
      against?.law.kind === 'whole' &&
      'the first pods of the new version stay as slow as they were at first',
  },
  {
    clue: 'well without the new version',
    source: 'looks',
    weights: { release: some, flag: -clear, 'cold start': -clear, dependency: -some, 'lack of capacity': -clear },
    see: ({ looks }) => looks.afterwards === 'well' && 'all is well since the new version has no requests any more',
  },
  {
    clue: 'less bad without the new version',
    source: 'looks',
    weights: { release: -clear, 'cold start': some, flag: -some, dependency: -some, 'lack of capacity': -some },
    see: ({ looks }) =>
      looks.afterwards === 'less bad' && 'all is better, but not well, since the new version has no requests any more',
  },
  {
    clue: 'bad without the new version',
    source: 'looks',
    weights: { release: -strong, 'noisy neighbour': -strong, 'sick pod': -clear },
    see: ({ looks }) =>
      looks.afterwards === 'still bad' && 'the trouble goes on though the new version has no requests any more',
  },
]
