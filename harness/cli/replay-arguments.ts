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

function named(option: string, values: readonly (string | undefined)[] = []): string[] {
  return values.flatMap(value => (value === undefined ? [] : [option, value]))
}
