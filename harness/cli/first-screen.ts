import type { CommandUnknownOpts } from '@commander-js/extra-typings'

interface Goal {
  readonly goal: string
  readonly command: string
  /** Option without which the command is not what is meant. */
  readonly option?: string
}

const goals: readonly Goal[] = [
  { goal: 'see a result in 20 s', command: 'run' },
  { goal: 'begin a policy', command: 'show policy careful --output yaml > my-policy.yaml' },
  { goal: 'validate my policy', command: 'run --policy my-policy.yaml' },
  { goal: 'gate a change in CI', command: 'run --baseline DIR --fail-on regress', option: '--baseline' },
  { goal: 'compare two tunings', command: 'compare careful my-policy.yaml' },
  { goal: 'promote a service', command: 'promote --service checkout --from L1 --to L2' },
]

const around: readonly Goal[] = [
  { goal: 'what there is', command: 'list' },
  { goal: 'one of it in words', command: 'show careful' },
  { goal: 'one trial, drawn', command: 'replay error-ratio/faulty/careful/L1/7' },
  { goal: 'what is missing here', command: 'doctor' },
  { goal: 'all options by goal', command: 'help run' },
]

/** What somebody sees who types the program's name and nothing else: what it is for, and a command for each goal. */
export function firstScreen({ commands }: CommandUnknownOpts, version: string, program: string): string {
  const exists = ({ command, option }: Goal) => {
    const [name] = command.split(' ')
    const known = name === 'help' ? commands[0] : commands.find(one => one.name() === name)
    return known !== undefined && (option === undefined || known.options.some(({ long }) => long === option))
  }
  const shown = [goals, around].map(group => group.filter(exists))
  const width = Math.max(...shown.flat().map(({ goal }) => goal.length))
  const lines = shown.map(group =>
    group.map(({ goal, command }) => `  ${goal.padEnd(width)}  ${program} ${command}\n`).join(''),
  )
  return `carmine ${version} proves an auto-remediation policy before production trusts it.

It replays seeded faulty deploys, each with its harmless twin, against a
remediation engine, and says how fast a fault is found and ended, how often
good deploys are blamed, and what that breaks.

${lines.join('\n')}`
}
