/** What decides which inputs a trial has, besides its id. */
export interface ReplayedInputs {
  readonly suite: string
  readonly scenario?: readonly string[] | undefined
  readonly policy?: readonly string[] | undefined
  readonly rollout?: string | undefined
  readonly analysis?: readonly string[] | undefined
  readonly telemetry?: string | undefined
  readonly parameters?: readonly string[] | undefined
  readonly topology?: string | undefined
  readonly lenient: boolean
}

/** What `carmine replay` needs besides the trial's id to find the same inputs: the horizon too depends on all scenarios and manifests. */
export function replayArguments({ suite, scenario, policy, ...subject }: ReplayedInputs): string[] {
  return [
    ...named('--suite', [suite]),
    ...named('--scenario', scenario),
    ...named('--policy', policy),
    ...subjectArguments(subject),
  ]
}

/** Of these what stands in for the shipped service. */
export function subjectArguments(inputs: Omit<ReplayedInputs, 'suite' | 'scenario' | 'policy'>): string[] {
  const { rollout, analysis, telemetry, parameters, topology, lenient } = inputs
  return [
    ...named('--rollout', [rollout]),
    ...named('--analysis', analysis),
    ...named('--telemetry', [telemetry]),
    ...named('--parameters', parameters),
    ...named('--topology', [topology]),
    ...(lenient ? ['--lenient'] : []),
  ]
}

function named(option: string, values: readonly (string | undefined)[] = []): string[] {
  return values.flatMap(value => (value === undefined ? [] : [option, value]))
}
