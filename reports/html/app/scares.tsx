import type { ScenarioRow } from '../../../harness/judge/summary.ts'
import { formatRatio } from '../../format.ts'
import { usePage } from './context.ts'
import { Figure } from './figure.tsx'
import { Axis, IntervalPlot } from './interval-plot.tsx'
import { isShown, levelRanges } from './level-rows.ts'
import { formatInterval } from './measures.ts'
import { logScale } from './scale.ts'
import { Scrolls } from './scrolls.tsx'
import { Term } from './term.tsx'

const scale = logScale(0.001, 1, true)

/** What looks bad and is not the deploy's fault: how often it is blamed for it all the same, the worst first. */
export function Scares() {
  const { data, view } = usePage()
  const { scenarios, groundTruth } = data.summary
  const looksBad = new Map(groundTruth.map(({ scenario, scare }) => [scenario, scare]))
  const rows = scenarios.filter(
    row => row.scares.n > 0 && isShown(row, view) && (view.family === null || view.family === row.family),
  )
  const byScenario = [...Map.groupBy(rows, ({ scenario }) => scenario)].sort(([, a], [, b]) => worst(b) - worst(a))
  if (rows.length === 0) return null
  return (
    <Figure
      id="scares"
      title="False positives by scare"
      term="scare"
      about="A good deploy beside trouble that is not its own. Blamed: an alarm calls it bad. Acted on: engine or Argo did something to it."
      csv={() => [
        [
          'scenario',
          'looks bad',
          'policy',
          'level',
          'n',
          'blamed',
          'blamed.low',
          'blamed.high',
          'byArgoAlone',
          'acted',
        ],
        ...rows.map(row => {
          const { low, high } = row.falsePositiveRate.worstScare
          const { n, alarmed, acted, byArgoAlone } = row.scares
          const about = looksBad.get(row.scenario) ?? null
          return [row.scenario, about, row.policy, row.level, n, alarmed, low, high, byArgoAlone.alarmed, acted]
        }),
      ]}
    >
      <Scrolls label="False positives by scare">
        <table class="scares">
          <caption class="unseen">Scares, the one that is blamed most often first</caption>
          <thead>
            <tr>
              <th scope="col">
                <Term of="policy">Policy</Term>
              </th>
              <th scope="col">
                <Term of="level">Levels</Term>
              </th>
              <th scope="col" class="number">
                <Term of="falsePositives">Blamed</Term>
              </th>
              <th scope="col" class="number">
                <Term of="interval">Interval</Term>
              </th>
              <th scope="col" class="wide">
                Share of the scares
              </th>
              <th scope="col" class="number">
                <Term of="argoAlone">By Argo alone</Term>
              </th>
              <th scope="col" class="number">
                <Term of="falseActions">Acted on</Term>
              </th>
            </tr>
          </thead>
          {byScenario.map(([scenario, own]) => (
            <tbody key={scenario}>
              <tr class="part">
                <th scope="rowgroup" colSpan={7}>
                  {scenario} <span class="dim">{looksBad.get(scenario)}</span>
                </th>
              </tr>
              {levelRanges(own, told).map(({ row, levels }) => (
                <ScareRow key={`${row.policy} ${levels}`} row={row} levels={levels} />
              ))}
            </tbody>
          ))}
          <tfoot aria-hidden="true">
            <tr>
              <td colSpan={4} />
              <td class="wide">
                <Axis scale={scale} format={formatRatio} />
              </td>
              <td colSpan={2} />
            </tr>
          </tfoot>
        </table>
      </Scrolls>
    </Figure>
  )
}

function ScareRow({ row, levels }: { row: ScenarioRow; levels: string }) {
  const { n, alarmed, acted, byArgoAlone } = row.scares
  const estimate = row.falsePositiveRate.worstScare
  return (
    <tr>
      <th scope="row">{row.policy}</th>
      <td>{levels}</td>
      <td class="number">
        <b>{formatRatio(estimate.value)}</b> <small>{`${alarmed} of ${n}`}</small>
      </td>
      <td class="number">
        <small>{formatInterval('ratio', estimate)}</small>
      </td>
      <td class="wide">
        <IntervalPlot estimate={estimate} scale={scale} />
      </td>
      <td class="number">{byArgoAlone.alarmed}</td>
      <td class="number">{acted}</td>
    </tr>
  )
}

function told({ scares }: ScenarioRow): string {
  return JSON.stringify(scares)
}

function worst(rows: readonly ScenarioRow[]): number {
  return Math.max(...rows.map(({ scares }) => scares.alarmed / scares.n))
}
