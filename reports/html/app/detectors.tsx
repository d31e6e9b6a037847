import { useState } from 'preact/hooks'
import type { DetectorRow } from '../../../harness/judge/summary.ts'
import { formatRatio, formatSeconds } from '../../format.ts'
import { usePage } from './context.ts'
import { Figure } from './figure.tsx'
import { formatInterval } from './measures.ts'
import { Scrolls } from './scrolls.tsx'
import { Term } from './term.tsx'

const measures = [
  { id: 'recall', title: 'Recall', of: (row: DetectorRow) => row.recall.value, format: formatRatio },
  { id: 'false', title: 'False positives', of: (row: DetectorRow) => row.falsePositiveRate.value, format: formatRatio },
  { id: 'detect', title: 'Detect', of: (row: DetectorRow) => row.timeToDetectS.median.value, format: formatSeconds },
] as const

/** Every detector in every scenario, where nobody's action cuts it short. */
export function Detectors() {
  const { data, view } = usePage()
  const { detectors, scenarios } = data.summary
  const [id, setId] = useState<(typeof measures)[number]['id']>('recall')
  const measure = measures.find(one => one.id === id)!
  const familyOf = new Map(scenarios.map(({ scenario, family }) => [scenario, family]))
  const policy = view.policy ?? detectors[0]?.policy
  const rows = detectors.filter(
    row => row.policy === policy && (view.family === null || familyOf.get(row.scenario) === view.family),
  )
  const names = [...new Set(rows.map(({ detector }) => detector))]
  if (detectors.length === 0) return null
  return (
    <Figure
      id="detectors"
      title={`Detectors, open loop, ${policy}`}
      term="detector"
      about="As if nobody ever acted, deciders and those in shadow alike. The bar under a share is the share; a time is the median, – where fewer than half are found."
      csv={() => [
        [
          'policy',
          'detector',
          'scenario',
          'recall',
          'recall.low',
          'recall.high',
          'falsePositiveRate',
          'falsePositiveRate.low',
          'falsePositiveRate.high',
          'detect.median',
          'detect.p95',
          'censored',
        ],
        ...rows.map(row => [
          row.policy,
          row.detector,
          row.scenario,
          row.recall.value,
          row.recall.low,
          row.recall.high,
          row.falsePositiveRate.value,
          row.falsePositiveRate.low,
          row.falsePositiveRate.high,
          row.timeToDetectS.median.value,
          row.timeToDetectS.p95.value,
          row.timeToDetectS.censored,
        ]),
      ]}
    >
      <fieldset class="measures">
        <legend class="unseen">Measure</legend>
        {measures.map(one => (
          <label key={one.id}>
            <input type="radio" name="detector-measure" checked={one.id === id} onChange={() => setId(one.id)} />
            <span>{one.title}</span>
          </label>
        ))}
      </fieldset>
      <Scrolls label="Detectors by scenario" tall>
        <table class="detectors">
          <caption class="unseen">{measure.title} of each detector in each scenario</caption>
          <thead>
            <tr>
              <th scope="col">
                <Term of="scenario" />
              </th>
              {names.map(name => (
                <th key={name} scope="col" class="number">
                  <Term of={`detector ${name}`}>{name}</Term>
                </th>
              ))}
            </tr>
          </thead>
          {[...Map.groupBy(rows, row => familyOf.get(row.scenario) ?? '')].map(([family, own]) => (
            <tbody key={family}>
              <tr class="part">
                <th scope="rowgroup" colSpan={names.length + 1}>
                  {family}
                </th>
              </tr>
              {[...Map.groupBy(own, ({ scenario }) => scenario)].map(([scenario, cells]) => (
                <tr key={scenario}>
                  <th scope="row">{scenario}</th>
                  {names.map(name => {
                    const row = cells.find(({ detector }) => detector === name)
                    return <DetectorCell key={name} row={row} measure={measure} />
                  })}
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </Scrolls>
      <p class="about">
        <Term of="interval">95 % intervals</Term> are in the data, and in the tip of each cell.
      </p>
    </Figure>
  )
}

function DetectorCell({ row, measure }: { row: DetectorRow | undefined; measure: (typeof measures)[number] }) {
  if (row === undefined) return <td class="number dim">–</td>
  const value = measure.of(row)
  const estimate =
    measure.id === 'recall' ? row.recall : measure.id === 'false' ? row.falsePositiveRate : row.timeToDetectS.median
  const interval = formatInterval(measure.id === 'detect' ? 'time' : 'ratio', estimate)
  return (
    <td class="number" title={interval === '' ? undefined : `95 % interval ${interval}`}>
      <span class={value === 0 || value === null ? 'dim' : undefined}>{measure.format(value)}</span>
      {measure.id !== 'detect' && (
        <svg class="share" width="100%" height="3" aria-hidden="true">
          <rect class="all" width="100%" height="3" />
          <rect class="part-of" width={`${(value ?? 0) * 100}%`} height="3" />
        </svg>
      )}
    </td>
  )
}
