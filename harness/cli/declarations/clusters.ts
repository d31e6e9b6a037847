import { type Command, Option } from '@commander-js/extra-typings'
import { type Level, levels } from '../../model/effect.ts'
import { jsonOption, outputOption, subjectOptions } from '../options.ts'
import { parseFolder, parseSeed, parseSpeed } from '../parse-words.ts'
import type { Declaration } from './declaration.ts'

const gamedayHelp = `
While it goes on, \`?\` lists what can be typed. Exit codes: 0 the game is over and saved, 130 it was interrupted, and is
saved as well; the others as for all commands.`

/** Commands for people, this machine and clusters. */
export function declareClusters(program: Command, { run }: Declaration): void {
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
        const { gameday } = await import('../commands/gameday.ts')
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
        const { doctor } = await import('../commands/doctor.ts')
        return doctor({ json: options.output === 'json' }, context)
      }),
    )

  program
    .command('image')
    .description('build the image of the service under test, for a cluster of your own')
    .option('--push <name>', 'push it under this name, as registry.example.com/carmine-subject:1')
    .action(options =>
      run(async context => {
        const { image } = await import('../commands/image.ts')
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
        const { clean } = await import('../commands/clean.ts')
        return clean({ ...options, json: options.output === 'json' }, context)
      }),
    )
}
