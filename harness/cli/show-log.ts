import { formatSeconds } from '../../reports/format.ts'
import { instantsOf, momentsOfLog } from '../../reports/timeline/moments.ts'
import { failureOf } from '../judge/failing.ts'
import { foldInstants } from '../judge/instants.ts'
import type { Level } from '../model/effect.ts'
import type { TrialEvent } from '../model/event.ts'
import { rootCauseOf, type Scenario, truthOf, type Variant } from '../model/scenario.ts'
import { renderColumns, wrapText } from './columns.ts'
import type { CommandContext } from './context.ts'
import type { StartedEvent } from './load/read-log.ts'
import { formatTime, renderTimeline } from './timeline.ts'
import { renderTrialChart } from './trial-chart.ts'

/**
 * Draws a trial's log for people, or prints what was judged of it.
 * @param spec the trial's scenario, which holds its ground truth
 */
export function writeLog(
  events: readonly TrialEvent[],
  spec: Scenario,
  output: 'timeline' | 'json',
  { columns, stdoutColor: color, writeResult, writeText }: CommandContext,
): void {
  const started = events[0] as StartedEvent
  const { scenario, variant, policy, level, seed, backend, horizonMs } = started.data
  const truth = truthOf(spec, variant as Variant)
  const facts = foldInstants(events, truth, rootCauseOf(spec, variant as Variant))
  const failure = failureOf({ variant: variant as Variant, level: level as Level, facts }, truth)
  const moments = momentsOfLog(events, facts)
  const instants = instantsOf(facts)
  if (output === 'json') {
    writeResult(`${JSON.stringify({ trial: started.data, truth, instants, facts, moments }, null, 1)}\n`)
    return
  }
  const rows = Object.entries(instants).map(([name, ms], i) => [
    `${i + 1} ${name}`,
    ms === null ? '–' : formatTime(ms),
    afterOnset(name, ms, facts.onsetMs),
  ])
  // The picture comes last, where a terminal's screen ends.
  const lines = [
    renderTimeline(moments, { color, columns }),
    '\n',
    `${[scenario, variant, policy, level, seed].join('/')}, ${backend}, horizon ${formatTime(horizonMs)}${facts.valid ? '' : ', not valid'}\n`,
    `${wrapText(spec.description, columns).join('\n')}\n`,
    `right is: page ${truth.page}, deploy ${truth.deploy}, remedies ${truth.remedies.join(' or ') || 'none'}\n`,
    `cause: ${truth.cause}; first symptom: ${truth.firstSymptom}\n`,
    `outcome: ${failure === undefined ? 'nothing went wrong' : `${failure.what}: ${failure.evidence}`}\n\n`,
    renderTrialChart(events, { instants, horizonMs, columns }),
    '\n',
    renderColumns(['instant', 'time', ''], rows, columns),
  ]
  writeText(lines.join(''))
}

function afterOnset(name: string, ms: number | null, onsetMs: number | null): string {
  if (ms === null || onsetMs === null || name === 'deployed' || name === 'onset') return ''
  return `${formatSeconds((ms - onsetMs) / 1000)} after the onset`
}
