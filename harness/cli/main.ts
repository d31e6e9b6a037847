import { Argument, Command, CommanderError, Option } from '@commander-js/extra-typings'
import { type Level, levels } from '../model/effect.ts'
import { heedBrokenStreams } from './broken-streams.ts'
import type { CommandContext } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { listedKinds, ownKindNames } from './load/kind-names.ts'
import {
  describeOption,
  groupRunOptions,
  jsonOption,
  outputOption,
  refuseTwoForms,
  resultGroup,
  subjectOptions,
  withNearest,
} from './options.ts'
import { packageInfo } from './package-info.ts'
import {
  parseCount,
  parseFolder,
  parseKind,
  parseLevels,
  parseListedKind,
  parseNames,
  parseSeed,
  parseSeeds,
  parseShard,
  parseSpeed,
} from './parse-words.ts'
import { programName } from './program-name.ts'
import { reportError } from './report-error.ts'

const exitCodesHelp = `
Exit codes: 0 pass, 1 fail, 2 inconclusive, 64 usage, 69 environment not available,
70 bug in carmine, 78 invalid scenario, policy or manifest, 130 interrupted.`

const gateHelp = `
With a baseline the exit code is the worse of the suite's (0 pass, 1 fail, 2 inconclusive) and the comparison's
(0 better or the same, 1 regress, 2 cannot tell); with --fail-on regress it is 1 for regress, else 0.`

const gamedayHelp = `
While it goes on, \`?\` lists what can be typed. Exit codes: 0 the game is over and saved, 130 it was interrupted, and is
saved as well; the others as for all commands.`

const comparisonHelp = `
Exit codes: 0 better, or no difference in any pair; 1 a measure that decides got worse; 2 cannot tell;
78 what cannot be compared, with all reasons.`

/**
 * Runs one command line. Options are declared here; each command's module is loaded only when it is called, so that help stays fast.
 * @param args without the program's own name.
 */
export async function main(args: readonly string[]): Promise<ExitCode> {
  heedBrokenStreams()
  let exitCode: ExitCode = exitCodes.pass
  const run = async (command: (context: CommandContext) => Promise<ExitCode>) => {
    const { processContext } = await import('./context.ts')
    exitCode = await command(processContext())
  }
  const program = new Command('carmine')
    .description(packageInfo.description)
    .version(packageInfo.version)
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({ optionDescription: describeOption })
    .configureOutput({ outputError: (message, write) => write(withNearest(message)) })
    .addHelpText('after', exitCodesHelp)

  program.hook('preAction', (_, command) => refuseTwoForms(command))

  const runCommand = subjectOptions(
    program
      .command('run')
      .description('run a suite and say what it showed')
      .option('--suite <name|file>', 'the suite to run', 'quick')
      .option('--scenario <name|file...>', "these scenarios instead of the suite's")
      .option('--policy <name|file...>', "these policies instead of the suite's")
      .option('--levels <levels>', 'CARM levels, such as L0,L1', parseLevels)
      .option('--criterion <text...>', "what it has to show besides the suite's criteria, such as 'L1 recall >= 95%'")
      .option('--seed <n>', "first seed; a scenario's trials have the seeds from here on", parseSeed, 1)
      .option('--seeds <n>', "trials of each scenario, instead of the suite's", parseSeeds)
      .addOption(
        new Option('--until-decided', 'end as soon as every criterion is decided; the seeds are then the most')
          .default(false)
          .conflicts('shard'),
      )
      .option('--workers <n>', 'worker threads (default: one a core), or trials side by side on a cluster', parseCount)
      .addOption(
        new Option('--backend <backend>', 'where the trials happen').choices(['sim', 'kind', 'existing'] as const),
      )
      .option('--context <name>', 'with --backend existing, the context of your kubeconfig')
      .option(
        '--namespaces <names>',
        'with --backend existing, the only namespaces that the run may use: a,b',
        parseNames,
      )
      .option('--subject-image <image>', "with --backend existing, the subject's image where that cluster pulls it")
      .option('--yes', 'with --backend existing, go on without being asked', false)
      .option('--even-production', 'with --backend existing, use a cluster whose name looks like production', false)
      .option('--out <folder>', 'the folder of the run (default: runs/<suite>-<n>)', parseFolder)
      .option('--resume', 'go on with the run in --out that did not get to its end', false)
      .addOption(
        new Option(
          '--shard <i/n>',
          'the i-th of n parts of the run, for a machine of its own; `carmine merge` joins them',
        )
          .argParser(parseShard)
          // No part knows when the whole is enough, or how it compares.
          .conflicts(['untilDecided', 'baseline']),
      )
      .addOption(
        new Option('--logs <which>', 'trials whose logs are written')
          .choices(['failing', 'all'] as const)
          .default('failing' as const),
      )
      .option('--load-script <file>', 'on a real cluster, your own k6 script instead of the shipped load', parseFolder)
      .addOption(
        new Option('--k6 <where>', 'on a real cluster, where k6 runs: beside the service, or here').choices([
          'cluster',
          'local',
        ] as const),
      )
      .option('--retain', 'keep the kind cluster, for --cluster to use it again', false)
      .option('--cluster <name>', 'a kind cluster that an earlier run kept, instead of a new one')
      // When to stop is looked up in the very trials that would be compared.
      .addOption(baselineOption().conflicts('untilDecided'))
      .addOption(failOnOption())
      .addOption(outputOption('json', 'ndjson'))
      .addOption(jsonOption())
      .addOption(
        new Option('-q, --quiet', "the verdict's line and nothing else").default(false).helpGroup(resultGroup),
      ),
  )
    .addHelpText('after', gateHelp)
    .action((options, command) =>
      run(async context => {
        refuseAlone(options, command)
        const runs = await import('./commands/run.ts')
        return runs.run({ ...options, typed: args }, context)
      }),
    )
  groupRunOptions(runCommand)

  subjectOptions(
    program
      .command('compare')
      .description('compare finished runs, or policies that are run for it, trial by trial on the same seeds')
      .argument(
        '<baseline>',
        "a run's folder or a policy, which the others are compared with; NAME@L2 for one level of it",
      )
      .argument('<candidate...>', 'the same, one or several')
      .option('--suite <name|file>', 'the suite that policies are run on (default: that of the first folder, or quick)')
      .option('--scenario <name|file...>', "these scenarios instead of the suite's")
      .option('--levels <levels>', 'the CARM levels to compare, such as L0,L1', parseLevels)
      .option('--seed <n>', 'first seed (default: that of the first folder, or 1)', parseSeed)
      .option('--seeds <n>', "trials of each scenario (default: those of the first folder, or the suite's)", parseSeeds)
      .option('--workers <n>', 'worker threads (default: one a core)', parseCount)
      .option('--out <folder>', 'where the folders of the runs are made (default: runs)', parseFolder)
      .option('--unpaired', 'compare runs without common seeds too, all trials of one with all of the other', false)
      .addOption(
        new Option('--format <format>').choices(['terminal', 'markdown'] as const).default('terminal' as const),
      )
      .addOption(outputOption('json'))
      .addOption(jsonOption()),
  )
    .addHelpText('after', comparisonHelp)
    .action((baseline, candidates, options) =>
      run(async context => {
        const { compare } = await import('./commands/compare.ts')
        return compare([baseline, ...candidates], { ...options, json: options.output === 'json' }, context)
      }),
    )

  subjectOptions(
    program
      .command('calibrate')
      .description('run the same trials on a real cluster and on the simulator, and compare times and decisions')
      .option('--suite <name|file>', 'what to run on both', 'fidelity')
      .option('--scenario <name|file...>', "these scenarios instead of the suite's")
      .option('--policy <name|file...>', "these policies instead of the suite's")
      .option('--levels <levels>', 'the CARM levels to run, such as L0,L1', parseLevels)
      .option('--seed <n>', 'first seed', parseSeed, 1)
      .option('--seeds <n>', "trials of each scenario, instead of the suite's", parseSeeds)
      .option('--workers <n>', 'trials side by side on the cluster', parseCount)
      .option('--out <folder>', 'where both runs are kept (default: runs/calibration-<n>)', parseFolder)
      .option('--resume', 'go on with what is in the folder of --out', false)
      .option('--retain', 'keep the kind cluster, for --cluster to use it again', false)
      .option('--cluster <name>', 'a kind cluster that an earlier run kept, instead of a new one')
      .addOption(outputOption('json', 'markdown'))
      .addOption(jsonOption()),
  ).action(options =>
    run(async context => {
      const { calibrate } = await import('./commands/calibrate.ts')
      return calibrate({ ...options, logs: 'failing', typed: args }, context)
    }),
  )

  program
    .command('merge')
    .description('make one run of all its shards: the same files as if it had never been divided')
    .argument('<folder...>', 'the folders of all shards, in any order')
    .requiredOption('--out <folder>', 'the folder of the whole run', parseFolder)
    .addOption(baselineOption())
    .addOption(failOnOption())
    .addOption(outputOption('json', 'ndjson'))
    .addOption(jsonOption())
    .addOption(new Option('-q, --quiet', "the verdict's line and nothing else").default(false).helpGroup(resultGroup))
    .addHelpText('after', gateHelp)
    .action((folders, options, command) =>
      run(async context => {
        refuseAlone(options, command)
        const { merge } = await import('./commands/merge.ts')
        return merge(folders, options, context)
      }),
    )

  subjectOptions(
    program
      .command('promote')
      .description('say whether a service may go to a higher CARM level, in a document to sign')
      .option('--service <name>', "the service's Rollout (default: that of the manifests)")
      .requiredOption('--policy <name|file>', 'the policy that it would act by')
      .addOption(new Option('--from <level>', 'where it is').choices(levels).makeOptionMandatory())
      .addOption(new Option('--to <level>', 'where it would go, step by step').choices(levels).makeOptionMandatory())
      .option('--promotion <file...>', 'your own criteria instead of the shipped ones for their level')
      .option('--seed <n>', "first seed; a scenario's trials have the seeds from here on", parseSeed, 1)
      .option('--seeds <n>', "most trials of each scenario, instead of the suite's", parseSeeds)
      .option('--workers <n>', 'worker threads (default: one a core)', parseCount)
      .option('--out <file>', "where the document is written (default: promotion.md in the run's folder)", parseFolder),
  )
    .addHelpText('after', '\nExit codes: 0 may, 1 may not, 2 not yet; the others as for all commands.')
    .action(options =>
      run(async context => {
        const { promote } = await import('./commands/promote.ts')
        return promote(options, context)
      }),
    )

  subjectOptions(
    program
      .command('replay')
      .description(
        'run one trial again by its id and print its log, or run other policies on what a stored log recorded',
      )
      .argument(
        '<trial>',
        'scenario/variant/policy/level/seed, such as error-ratio/faulty/careful/L1/7; or the file of a log',
      )
      .option('--suite <name|file>', 'the suite that it belongs to', 'quick')
      .option('--scenario <name|file...>', "the run's scenarios instead of the suite's")
      .option('--policy <name|file...>', "policies instead of the suite's")
      .addOption(outputOption('timeline', 'ndjson', 'json', 'markdown'))
      .addOption(jsonOption())
      .addOption(
        new Option('--postmortem', 'the same as --output markdown')
          .default(false)
          .implies({ output: 'markdown' as const })
          .helpGroup(resultGroup),
      ),
  ).action((trial, options) =>
    run(async context => {
      const { replay } = await import('./commands/replay.ts')
      return replay(trial, options, context)
    }),
  )

  program
    .command('rejudge')
    .description('judge the stored logs of a run again (needs a run with --logs all)')
    .argument('<folder>', 'the folder of the run')
    .addOption(outputOption('json'))
    .addOption(jsonOption())
    .addOption(new Option('-q, --quiet', "the verdict's line and nothing else").default(false).helpGroup(resultGroup))
    .action((folder, options) =>
      run(async context => {
        const { rejudge } = await import('./commands/rejudge.ts')
        return rejudge(folder, options, context)
      }),
    )

  program
    .command('report')
    .description('print the stored result of a run')
    .argument('<folder>', 'the folder of the run, such as runs/quick-1')
    .addOption(
      new Option('--format <format>')
        .choices(['terminal', 'html', 'junit', 'markdown', 'sarif'] as const)
        .default('terminal' as const),
    )
    .addOption(
      new Option('--catalogue', 'print what the run says of each scenario, as Markdown')
        .default(false)
        .conflicts('format'),
    )
    .addOption(
      new Option('--practice', 'print what gates catch, miss and break, as Markdown: of a run of `carmine practice`')
        .default(false)
        .conflicts(['format', 'catalogue']),
    )
    .option('--out <file>', 'write it to this file instead', parseFolder)
    .action((folder, options) =>
      run(async context => {
        const { report } = await import('./commands/report.ts')
        return report(folder, options, context)
      }),
    )

  program
    .command('practice')
    .description(
      'run the gates that teams really ship over the whole catalogue, and print what they catch, miss and break',
    )
    .option('--scenario <name|file...>', 'these scenarios instead of the whole catalogue')
    .option('--seed <n>', "first seed; a scenario's trials have the seeds from here on", parseSeed, 1)
    .option('--seeds <n>', "trials of each scenario, instead of the suite's", parseSeeds)
    .option('--workers <n>', 'worker threads (default: one a core)', parseCount)
    .option('--out <folder>', 'the folder of the run (default: runs/state-of-practice-<n>)', parseFolder)
    .action(options =>
      run(async context => {
        const { practice } = await import('./commands/practice.ts')
        return practice(options, context)
      }),
    )

  program
    .command('list')
    .description(
      'list what there is: shipped scenarios, policies, suites, promotions and topologies, faults, disturbances, detectors, measures, and runs here',
    )
    .argument('[kind]', `one kind: ${listedKinds.join(', ')} (default: all)`, parseListedKind)
    .addOption(outputOption('wide', 'name', 'json', 'ndjson'))
    .addOption(jsonOption())
    .action((kind, options) =>
      run(async context => {
        const { list } = await import('./commands/list.ts')
        return list(kind, options, context)
      }),
    )

  program
    .command('show')
    .description(
      "show a scenario, policy, suite, promotion or topology in words, parameters with their sources, a run's answer, or a trial drawn over time",
    )
    .argument(
      '<what>',
      "scenario, policy, suite, promotion, topology or parameters; or a file, the name of a shipped one, a run's folder, a trial's log",
    )
    .argument('[name]', "its name or file; after a run's folder a trial's id")
    .option('--scenario <file>', "the scenario of a trial's log, where it is your own")
    .addOption(outputOption('yaml', 'json'))
    .addOption(jsonOption())
    .action((what, name, options) =>
      run(async context => {
        const { show } = await import('./commands/show.ts')
        return show(what, name, options, context)
      }),
    )

  subjectOptions(
    program
      .command('gameday')
      .description('hold a game day: people play one trial against the clock, beside the engine')
      .argument('<scenario>', 'what happens: the name of a shipped scenario, or a file')
      .addOption(
        new Option('--backend <backend>', 'where it is held').choices(['sim', 'kind'] as const).default('sim' as const),
      )
      .option('--speed <n>', 'seconds of the trial in one of yours, on the simulator', parseSpeed, 1)
      .addOption(new Option('--level <level>', 'what the engine may do').choices(levels).default('L1' as Level))
      .option('--policy <name|file>', "the engine's policy", 'careful')
      .option('--seed <n>', 'decides everything random in the trial', parseSeed, 1)
      .addOption(
        new Option('--variant <variant>', 'with the fault, or without (default: with it where there is one)').choices([
          'faulty',
          'twin',
          'scare',
        ] as const),
      )
      .option('--cluster <name>', 'a kind cluster that an earlier run kept, instead of a new one')
      .option('--commands <file>', 'play an earlier game again from its commands.ndjson, without waiting', parseFolder)
      .option('--out <folder>', 'the folder of the game (default: runs/gameday-<n>)', parseFolder),
  )
    .addHelpText('after', gamedayHelp)
    .action((scenario, options) =>
      run(async context => {
        const { gameday } = await import('./commands/gameday.ts')
        return gameday(scenario, options, context)
      }),
    )

  program
    .command('doctor')
    .description('check what this machine has of what carmine needs')
    .addOption(outputOption('json'))
    .addOption(jsonOption())
    .action(options =>
      run(async context => {
        const { doctor } = await import('./commands/doctor.ts')
        return doctor({ json: options.output === 'json' }, context)
      }),
    )

  program
    .command('image')
    .description('build the image of the service under test, for a cluster of your own')
    .option('--push <name>', 'push it under this name, as registry.example.com/carmine-subject:1')
    .action(options =>
      run(async context => {
        const { image } = await import('./commands/image.ts')
        return image(options, context)
      }),
    )

  program
    .command('clean')
    .description('find what runs have left that ended without clearing up, and delete it')
    .option('--dry-run', 'only say what there is', false)
    .option('--yes', 'do not ask', false)
    .option('--all', 'what was kept with --retain too, and what there is no record of', false)
    .option('--context <name>', 'in the cluster of this context of your kubeconfig too')
    .addOption(outputOption('json'))
    .addOption(jsonOption())
    .action(options =>
      run(async context => {
        const { clean } = await import('./commands/clean.ts')
        return clean({ ...options, json: options.output === 'json' }, context)
      }),
    )

  program
    .command('schema')
    .description("print the JSON Schema of carmine's own kinds of documents, for editors")
    .argument('[kind]', `${ownKindNames.join(', ')} (default: all)`, parseKind)
    .option('--out <folder>', 'write <kind>.json files into this folder instead', parseFolder)
    .action((kind, options) =>
      run(async context => {
        const { schema } = await import('./commands/schema.ts')
        return schema(kind, options, context)
      }),
    )

  program
    .command('init')
    .description('write a policy, a scenario or a suite to begin with, which says what to change')
    .addArgument(new Argument('<kind>').choices(['policy', 'scenario', 'suite'] as const))
    .argument('[file]', 'where to (default: my-<kind>.yaml)', parseFolder)
    .action((kind, file) =>
      run(async context => {
        const { init } = await import('./commands/init.ts')
        return init(kind, file ?? `my-${kind}.yaml`, context)
      }),
    )

  program
    .command('validate')
    .description('check scenarios, suites, policies and Kubernetes manifests, several files together')
    .argument(
      '[file...]',
      "files of carmine's own kinds, or of a Rollout, its AnalysisTemplates and Services (default: the shipped scenarios, suites, policies and topologies)",
    )
    .option('--lenient', 'warn of manifest fields and queries that are refused otherwise', false)
    .option('--deep', 'play each scenario without luck, and check that its ground truth holds', false)
    .action((files, options) =>
      run(async context => {
        const { validate } = await import('./commands/validate.ts')
        return validate(files, options, context)
      }),
    )

  program
    .command('explain')
    .description('play a recorded case of the Argo controller in the simulated one')
    .requiredOption('--case <file>', 'the case: objects, what Prometheus answers, what users do')
    .addOption(outputOption('json'))
    .addOption(jsonOption())
    .action(options =>
      run(async context => {
        const { explain } = await import('./commands/explain.ts')
        return explain({ ...options, json: options.output === 'json' }, context)
      }),
    )

  program
    .command('audit')
    .description('what an engine has put on record')
    .command('verify')
    .description('check that an audit log is whole and unchanged, and that no action lacks what it needs')
    .argument('<file>', "an audit log, a record a line; or a trial's log, NDJSON or frames")
    .option('--checkpoint <file>', 'JSON {size, lastHash} that was kept elsewhere: tells a log that has lost its end')
    .action((file, options) =>
      run(async context => {
        const { auditVerify } = await import('./commands/audit-verify.ts')
        return auditVerify(file, options, context)
      }),
    )

  if (args.length === 0) {
    const { firstScreen } = await import('./first-screen.ts')
    process.stdout.write(firstScreen(program, packageInfo.version, programName(process.env)))
    return exitCodes.pass
  }
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.pass : exitCodes.usage
    return reportError(error, text => process.stderr.write(text))
  }
}

function baselineOption() {
  const told = 'a finished run to compare this one with, trial by trial where both have the seed'
  return new Option('--baseline <folder>', told).argParser(parseFolder)
}

function failOnOption() {
  const told = 'with a baseline: exit 1 where this run is worse, else 0, whatever the criteria say'
  return new Option('--fail-on <what>', told).choices(['regress'] as const)
}

function refuseAlone(
  { failOn, baseline }: { readonly failOn?: unknown; readonly baseline?: unknown },
  command: { error(message: string): never },
): void {
  if (failOn !== undefined && baseline === undefined) {
    command.error("error: option '--fail-on <what>' needs '--baseline <folder>'")
  }
}
