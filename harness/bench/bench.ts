import { loadPlan } from '../cli/load/load-plan.ts'
import type { Figure } from './figure.ts'
import { helpFigure, suiteFigures } from './processes.ts'
import { queryFigure } from './query.ts'
import { runQuick } from './suite-run.ts'
import { worldFigures } from './worlds.ts'

// Prints how fast carmine is, one JSON line a figure. `--suite-run <workers>` is the part that it runs in processes of its own.
const [, , command, workers] = process.argv
if (command === '--suite-run') say(await runQuick(Number(workers)))
else {
  const { plan } = loadPlan({ suite: 'quick', seed: 1, lenient: false })
  const measurements: readonly (() => Figure[])[] = [
    () => worldFigures(plan),
    () => [queryFigure()],
    suiteFigures,
    () => [helpFigure()],
  ]
  for (const measure of measurements) for (const figure of measure()) say(figure)
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
