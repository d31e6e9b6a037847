import { existsSync, rmSync } from 'node:fs'
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
import { deployedTopology, renderTopology } from '../deployed-topology.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { loadPlan } from '../load/load-plan.ts'
import { subjectManifests } from '../load/load-subject.ts'
import { renderSteps } from '../next-steps.ts'
import { packageInfo } from '../package-info.ts'
import { programName } from '../program-name.ts'
import { readPlan, readTrials } from '../read-run.ts'
import { reportError } from '../report-error.ts'
import { resumeStep } from '../resume-step.ts'
import { freeFolder, runFiles } from '../run-folder.ts'
import { writeWhole } from '../write-whole.ts'
import { planOptions, type RunOptions, run } from './run.ts'

export interface CalibrateOptions extends Omit<RunOptions, 'output' | 'quiet' | 'backend'> {
  readonly output?: 'json' | 'markdown' | undefined
}

const concluded: readonly ExitCode[] = [exitCodes.pass, exitCodes.fail, exitCodes.inconclusive]

/**
 * Runs a suite on a real cluster and the same trials on the simulator, and compares what came of them. The two runs lie in the folder as
 * `real` and `sim`; with `resume` the real one goes on where it ended, and trials of it that were invalid are run again.
 */
export async function calibrate(options: CalibrateOptions, context: CommandContext): Promise<ExitCode> {
  const { output, out, resume = false, retain, cluster, typed, ...rest } = options
  const shared = { ...rest, output: undefined, quiet: true, retain: false, typed: undefined }
  const { environment } = loadPlan(planOptions(shared)).plan
  const deployed = deployedTopology(environment.topology, subjectManifests(options))
  const folder = out ?? freeFolder('runs', 'calibration')
  const silent = { ...context, writeResult: () => undefined, writeText: () => undefined, suggest: () => undefined }
  const own = { real: join(folder, 'real'), sim: join(folder, 'sim') }
  const ofReal = {
    ...shared,
    retain,
    cluster,
    backend: 'kind',
    out: own.real,
    resume: resume && existsSync(own.real),
  } as const
  const played = await run(ofReal, silent).catch((error: unknown) => reportError(error, context.writeProgress))
  if (!concluded.includes(played)) {
    if (existsSync(join(own.real, runFiles.journal))) tellHowToGoOn('what was done is kept; go on with it')
    return played
  }
  // Made anew each time: it takes seconds, and the simulator may be another one than before.
  if (resume) rmSync(own.sim, { recursive: true, force: true })
  const topology = join(folder, 'topology.json')
  writeWhole(topology, renderTopology('deployed', deployed))
  const simulated = await run({ ...shared, topology, backend: 'sim', out: own.sim }, silent)
  if (!concluded.includes(simulated)) return simulated
  const { horizonMs, suite, firstSeed, scored } = readPlan(own.real)
  const ofPolicies = readTrials(own.sim).filter(({ policy }) => scored.includes(policy))
  const scenarios = calibrateTrials(readTrials(own.real), ofPolicies)
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
  const invalid = scenarios.reduce((sum, row) => sum + row.invalid, 0)
  if (invalid === 0) return exitCodes.pass
  tellHowToGoOn(`${invalid === 1 ? 'one trial has' : `${invalid} trials have`} no valid pair; run what is missing`)
  return exitCodes.inconclusive

  function tellHowToGoOn(why: string): void {
    if (typed === undefined) return
    context.writeProgress(renderSteps([resumeStep(typed, folder, why)], programName(process.env)))
  }
}
