import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  calibrationNotes,
  decisionsTable,
  renderCalibrationMarkdown,
  timesTable,
} from '../../../reports/calibration.ts'
import { calibrate as calibrateTrials } from '../../judge/calibration.ts'
import { renderColumns } from '../columns.ts'
import type { CommandContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { packageInfo } from '../package-info.ts'
import { readPlan, readTrials } from '../read-run.ts'
import { freeFolder, runFiles } from '../run-folder.ts'
import { writeWhole } from '../write-whole.ts'
import { type RunOptions, run } from './run.ts'

export interface CalibrateOptions extends Omit<RunOptions, 'output' | 'quiet' | 'backend'> {
  readonly output?: 'json' | 'markdown' | undefined
}

/**
 * Runs a suite on a real cluster and the same trials on the simulator, and compares what came of them. The two runs lie in the folder as
 * `real` and `sim`; with `resume` what is there already is not run again.
 */
export async function calibrate(options: CalibrateOptions, context: CommandContext): Promise<ExitCode> {
  const { output, out, resume, ...rest } = options
  const folder = out ?? freeFolder('runs', 'calibration')
  const silent = { ...context, writeResult: () => undefined, writeText: () => undefined, suggest: () => undefined }
  for (const side of ['real', 'sim'] as const) {
    const own = join(folder, side)
    const ran = await run(
      {
        ...rest,
        backend: side === 'real' ? 'kind' : 'sim',
        out: own,
        resume: resume === true && existsSync(own),
        output: undefined,
        quiet: true,
        typed: undefined,
      },
      silent,
    )
    const decided: readonly ExitCode[] = [exitCodes.pass, exitCodes.fail, exitCodes.inconclusive]
    if (!decided.includes(ran)) {
      context.writeProgress(`carmine: go on with \`calibrate … --out ${folder} --resume\`: what was done is kept\n`)
      return ran
    }
  }
  const [real, sim] = [readTrials(join(folder, 'real')), readTrials(join(folder, 'sim'))]
  const scenarios = calibrateTrials(real, sim)
  const { horizonMs, suite, firstSeed } = readPlan(join(folder, 'real'))
  const calibration = {
    schemaVersion: 1,
    version: packageInfo.version,
    suite: suite.name,
    backend: 'kind',
    seed: firstSeed,
    horizonMs,
    scenarios,
  }
  const text = `${JSON.stringify(calibration, null, 1)}\n`
  writeWhole(join(folder, runFiles.calibration), text)
  if (output === 'json') context.writeResult(text)
  else if (output === 'markdown') context.writeResult(renderCalibrationMarkdown(scenarios))
  else {
    const tables = [timesTable(scenarios), decisionsTable(scenarios)].filter(({ rows }) => rows.length > 0)
    const told = tables.map(({ columns, rows }) => renderColumns(columns, rows, context.columns))
    context.writeText(`${told.join('\n')}\n${calibrationNotes.join('\n')}\nfiles in ${folder}\n`)
  }
  return exitCodes.pass
}
