import { type Command, type CommandUnknownOpts, Help, Option, type OptionValues } from '@commander-js/extra-typings'
import { nearest } from '../model/problem.ts'

const meanings = {
  json: 'one JSON document',
  ndjson: 'a JSON line for each',
  wide: 'more columns',
  name: 'names alone',
  yaml: 'the file itself, to copy and change',
  timeline: 'drawn over time',
  markdown: 'a postmortem of each incident',
} as const

/** `-o, --output` with some of the forms that results have, the same on every command. */
export function outputOption<const F extends keyof typeof meanings>(...formats: readonly F[]) {
  const told = formats.map(format => `${format} (${meanings[format]})`).join(', ')
  return new Option('-o, --output <format>', `form of the result: ${told}`).choices(formats).helpGroup(resultGroup)
}

export function jsonOption() {
  return new Option('--json', 'the same as --output json')
    .default(false)
    .implies({ output: 'json' as const })
    .helpGroup(resultGroup)
}

/** Each short form says what `--output` is: two that differ are a mistake, and neither may win unseen. */
export function refuseTwoForms(command: CommandUnknownOpts): void {
  const shorts = { json: 'json', postmortem: 'markdown' } as const
  const { output, ...given } = command.opts() as Readonly<Record<string, unknown>>
  const asked = (Object.keys(shorts) as (keyof typeof shorts)[]).filter(name => given[name] === true)
  const forms = asked.map((name): [string, string] => [`--${name}`, shorts[name]])
  if (command.getOptionValueSource('output') === 'cli') forms.push([`--output ${output}`, String(output)])
  if (new Set(forms.map(([, form]) => form)).size < 2) return
  const [first, second] = forms.map(([option]) => `'${option}'`)
  command.error(`error: ${first} and ${second} ask for two forms of the result: give one of them`)
}

/** What stands in for the shipped service in every command that runs trials. */
export function subjectOptions<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return command
    .optionsGroup(subjectGroup)
    .option('--rollout <file>', "your own Rollout instead of the shipped subject's")
    .option('--analysis <file...>', 'your own AnalysisTemplates and Services')
    .option('--telemetry <file>', "how your service's series are called")
    .option('--parameters <file...>', 'parameters that go over the shipped ones, the later ones over the earlier ones')
    .option('--topology <name>', 'services around the one under test: a shipped topology, or a file')
    .option('--lenient', 'warn of manifest fields and queries that are refused otherwise', false)
    .optionsGroup('Options:')
}

const subjectGroup = 'Your own service:'

export const resultGroup = 'What is printed:'

/** Options by what somebody wants of a run, for its help; what is not named stays under `Options:`. */
const runGroups: Readonly<Record<string, readonly string[]>> = {
  'What is tried:': ['suite', 'scenario', 'policy', 'levels', 'criterion'],
  'How much of it:': ['seed', 'seeds', 'untilDecided', 'workers', 'shard'],
  'Where it runs:': [
    'backend',
    'context',
    'namespaces',
    'subjectImage',
    'yes',
    'evenProduction',
    'loadScript',
    'k6',
    'cluster',
    'retain',
  ],
  'What is kept:': ['out', 'logs', 'resume'],
  'A gate:': ['baseline', 'failOn'],
}

export function groupRunOptions({ options }: CommandUnknownOpts): void {
  for (const option of options) {
    const group = Object.keys(runGroups).find(heading => runGroups[heading]!.includes(option.attributeName()))
    if (group !== undefined) option.helpGroup(group)
  }
}

/** An option in help, without what goes without saying: that a switch is off, and forms that were just told. */
export function describeOption(option: Option): string {
  const described = new Help().optionDescription(option).replace(' (default: false)', '')
  return option.attributeName() === 'output' ? described.replace(/ \(choices: .*\)$/, '') : described
}

/** What commander says of a wrong word, and the nearest right one where it says none itself. */
export function withNearest(message: string): string {
  const near = nearestChoice(message) ?? nearestOption(message)
  return near === undefined ? message : `${message.trimEnd()}\n(Did you mean ${near}?)\n`
}

function nearestChoice(message: string): string | undefined {
  const [, word, list] = /'([^']*)' is invalid\. Allowed choices are (.*)\./.exec(message) ?? []
  return word === undefined ? undefined : nearest(word, list!.split(', '))
}

/** A suite is what a run is about, and yet an option. */
function nearestOption(message: string): string | undefined {
  const [, command, word] =
    /too many arguments for '(run|replay)'.* got \d+: (?:.*, )?(\S+)\.$/.exec(message.trimEnd()) ?? []
  return command === undefined ? undefined : `--suite ${word}`
}
