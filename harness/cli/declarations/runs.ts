import { type Command, Option } from '@commander-js/extra-typings'
import { levels } from '../../model/effect.ts'
import { groupRunOptions, jsonOption, outputOption, resultGroup, subjectOptions } from '../options.ts'
import { parseCount, parseFolder, parseLevels, parseNames, parseSeed, parseSeeds, parseShard } from '../parse-words.ts'
import type { Declaration } from './declaration.ts'

const gateHelp = `
With a baseline the exit code is the worse of the suite's (0 pass, 1 fail, 2 inconclusive) and the comparison's
(0 better or the same, 1 regress, 2 cannot tell); with --fail-on regress it is 1 for regress, else 0.`

const comparisonHelp = `
Exit codes: 0 better, or no difference in any pair; 1 a measure that decides got worse; 2 cannot tell;
78 what cannot be compared, with all reasons.`

/** Commands that run trials and judge many of them. */
export function declareRuns(program: Command, { run, args }: Declaration): void {
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
        const runs = await import('../commands/run.ts')
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
        const { compare } = await import('../commands/compare.ts')
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
      const { calibrate } = await import('../commands/calibrate.ts')
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
        const { merge } = await import('../commands/merge.ts')
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
        const { promote } = await import('../commands/promote.ts')
        return promote(options, context)
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
        const { practice } = await import('../commands/practice.ts')
        return practice(options, context)
      }),
    )
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
