import type { OwnFiles } from './load/load-subject.ts'

/** What decides which inputs a trial has, besides its id. */
export interface ReplayedInputs extends OwnFiles {
  readonly suite: string
  readonly scenario?: readonly string[] | undefined
  readonly policy?: readonly string[] | undefined
}

/** What `carmine replay` needs besides the trial's id to find the same inputs: the horizon too depends on all scenarios and manifests. */
export function replayArguments({ suite, scenario, policy, ...files }: ReplayedInputs): string[] {
  return [
    ...named('--suite', [suite]),
    ...named('--scenario', scenario),
    ...named('--policy', policy),
    ...ownFilesArguments(files),
  ]
}

export function ownFilesArguments(files: OwnFiles): string[] {
  const { rollout, analysis, telemetry, parameters, topology, lenient } = files
  return [
    ...named('--rollout', [rollout]),
    ...named('--analysis', analysis),
    ...named('--telemetry', [telemetry]),
    ...named('--parameters', parameters),
    ...named('--topology', [topology]),
    ...(lenient ? ['--lenient'] : []),
  ]
}

/** The inputs that those words name, but for the policies. */
export function inputsIn(words: readonly string[]): Defined<Omit<ReplayedInputs, 'policy'>> {
  return defined({
    suite: valuesOf('--suite', words)?.[0],
    scenario: valuesOf('--scenario', words),
    ...ownFilesIn(words),
  })
}

export function ownFilesIn(words: readonly string[]): OwnFiles {
  return {
    rollout: valuesOf('--rollout', words)?.[0],
    analysis: valuesOf('--analysis', words),
    telemetry: valuesOf('--telemetry', words)?.[0],
    parameters: valuesOf('--parameters', words),
    topology: valuesOf('--topology', words)?.[0],
    lenient: words.includes('--lenient'),
  }
}

function valuesOf(option: string, words: readonly string[]): string[] | undefined {
  const values = words.filter((_, i) => words[i - 1] === option)
  return values.length > 0 ? values : undefined
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** Options without those that were not given. */
export function defined<T extends object>(options: T): Defined<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Defined<T>
}

function named(option: string, values: readonly (string | undefined)[] = []): string[] {
  return values.flatMap(value => (value === undefined ? [] : [option, value]))
}
