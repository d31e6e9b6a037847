import { formatSeconds } from '../../reports/format.ts'
import { instantsOf, momentsOfLog } from '../../reports/timeline/moments.ts'
import { failureOf } from '../judge/failing.ts'
import { foldInstants } from '../judge/instants.ts'
import type { Level } from '../model/effect.ts'
import { rootCauseOf, truthOf, type Variant } from '../model/scenario.ts'
import { renderColumns } from './columns.ts'
import { readLog, scenarioOfLog } from './load/read-log.ts'
import { formatTime, renderTimeline } from './timeline.ts'
import { renderTrialChart } from './trial-chart.ts'

export interface ShowLogOptions {
  /** File of the trial's scenario, where neither the run's plan nor the shipped ones have it. */
  readonly scenario?: string | undefined
  readonly json: boolean
  readonly color: boolean
  /** Width of the terminal. */
  readonly columns: number
}

/** A trial's log as people read it. @throws InvalidInput */
export function showLog(path: string, { scenario: own, json, color, columns }: ShowLogOptions): string {
  const events = readLog(path)
  const [started] = events
  const { scenario, variant, policy, level, seed, backend, horizonMs } = started.data
  const spec = scenarioOfLog(path, started, own)
  const truth = truthOf(spec, variant as Variant)
  const facts = foldInstants(events, truth, rootCauseOf(spec, variant as Variant))
  const failure = failureOf({ variant: variant as Variant, level: level as Level, facts }, truth)
  const moments = momentsOfLog(events, facts)
  const instants = instantsOf(facts)
  if (json) return `${JSON.stringify({ trial: started.data, truth, instants, facts, moments }, null, 1)}\n`
  const rows = Object.entries(instants).map(([name, ms], i) => [
    `${i + 1} ${name}`,
    ms === null ? '–' : formatTime(ms),
    afterOnset(name, ms, facts.onsetMs),
  ])
  return [
    `${[scenario, variant, policy, level, seed].join('/')}, ${backend}, horizon ${formatTime(horizonMs)}${facts.valid ? '' : ', not valid'}\n`,
    `${spec.description}\n`,
    `right is: page ${truth.page}, deploy ${truth.deploy}, remedies ${truth.remedies.join(' or ') || 'none'}\n`,
    `cause: ${truth.cause}; first symptom: ${truth.firstSymptom}\n`,
    `outcome: ${failure === undefined ? 'nothing went wrong' : `${failure.what}: ${failure.evidence}`}\n\n`,
    renderTrialChart(events, { instants, horizonMs, columns }),
    '\n',
    renderColumns(['instant', 'time', ''], rows, columns),
    '\n',
    renderTimeline(moments, { color, columns }),
  ].join('')
}

function afterOnset(name: string, ms: number | null, onsetMs: number | null): string {
  if (ms === null || onsetMs === null || name === 'deployed' || name === 'onset') return ''
  return `${formatSeconds((ms - onsetMs) / 1000)} after the onset`
}
