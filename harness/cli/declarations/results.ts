import { type Command, Option } from '@commander-js/extra-typings'
import { jsonOption, outputOption, resultGroup, subjectOptions } from '../options.ts'
import { parseFolder } from '../parse-words.ts'
import type { Declaration } from './declaration.ts'

/** Commands on trials and runs that there are. */
export function declareResults(program: Command, { run }: Declaration): void {
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
      const { replay } = await import('../commands/replay.ts')
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
        const { rejudge } = await import('../commands/rejudge.ts')
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
        const { report } = await import('../commands/report.ts')
        return report(folder, options, context)
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
        const { auditVerify } = await import('../commands/audit-verify.ts')
        return auditVerify(file, options, context)
      }),
    )
}
