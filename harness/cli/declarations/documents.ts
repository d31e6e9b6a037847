import { Argument, type Command } from '@commander-js/extra-typings'
import { listedKinds, ownKindNames } from '../load/kind-names.ts'
import { jsonOption, outputOption } from '../options.ts'
import { parseFolder, parseKind, parseListedKind } from '../parse-words.ts'
import type { Declaration } from './declaration.ts'

/** Commands on scenarios, policies, suites and manifests. */
export function declareDocuments(program: Command, { run }: Declaration): void {
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
        const { list } = await import('../commands/list.ts')
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
        const { show } = await import('../commands/show.ts')
        return show(what, name, options, context)
      }),
    )

  program
    .command('schema')
    .description("print the JSON Schema of carmine's own kinds of documents, for editors")
    .argument('[kind]', `${ownKindNames.join(', ')} (default: all)`, parseKind)
    .option('--out <folder>', 'write <kind>.json files into this folder instead', parseFolder)
    .action((kind, options) =>
      run(async context => {
        const { schema } = await import('../commands/schema.ts')
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
        const { init } = await import('../commands/init.ts')
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
        const { validate } = await import('../commands/validate.ts')
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
        const { explain } = await import('../commands/explain.ts')
        return explain({ ...options, json: options.output === 'json' }, context)
      }),
    )
}
