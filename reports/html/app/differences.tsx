import { useState } from 'preact/hooks'
import type { Difference, DifferenceRow } from '../../../harness/judge/summary.ts'
import { usePage } from './context.ts'
import { Figure } from './figure.tsx'
import { formatAmount, type Measure } from './measures.ts'
import { Scrolls } from './scrolls.tsx'
import { Term } from './term.tsx'

const columns = [
  { key: 'timeToResolveS', title: 'Resolve', term: 'resolve', unit: 'time' },
  { key: 'fdrtS', title: 'FDRT', term: 'fdrt', unit: 'time' },
  { key: 'badRequests', title: 'Bad requests', term: 'badRequests', unit: 'count' },
  { key: 'badRequestsToEnd', title: 'in 24 hours', term: 'badRequests', unit: 'count' },
] as const

/** What each level changes beside the one below it, in the same trials, and the event that brought it. */
export function Differences() {
  const { data, view } = usePage()
  const { differences, heldOut } = data.summary
  const [isAll, setAll] = useState(false)
  const chosen = differences.filter(
    row =>
      (view.policy === null || view.policy === row.policy) &&
      (view.level === null || view.level === row.level) &&
      (view.family === null || view.family === row.family),
  )
  const certain = chosen.filter(row => columns.some(({ key }) => row[key].answer !== 'cannot tell'))
  const rows = isAll ? chosen : certain
  if (differences.length === 0) return null
  return (
    <Figure
      id="differences"
      title="What each level changes"
      term="difference"
      about={`Of ${chosen.length} pairs of neighbouring levels in a scenario ${certain.length} differ for certain in something. ▼ is less, which is better; figures without a mark cannot be told from 0.`}
      csv={() => [
        [
          'policy',
          'scenario',
          'family',
          'level',
          'below',
          'pairs',
          ...columns.flatMap(({ key }) =>
            ['', '.low', '.high', '.answer', '.event', '.eventAt', '.eventShare'].map(part => `${key}${part}`),
          ),
        ],
        ...chosen.map(row => [
          row.policy,
          row.scenario,
          row.family,
          row.level,
          row.below,
          row.pairs,
          ...columns.flatMap(({ key }) => {
            const { value, low, high, answer, event, eventAt, eventShare } = row[key]
            return [value, low, high, answer, event, eventAt, eventShare]
          }),
        ]),
      ]}
    >
      <label class="choice">
        <input type="checkbox" checked={isAll} onChange={event => setAll(event.currentTarget.checked)} />
        <span>also those that cannot be told</span>
      </label>
      <Scrolls label="What each level changes" tall>
        <table class="differences">
          <caption class="unseen">Paired differences between neighbouring levels, by scenario</caption>
          <thead>
            <tr>
              <th scope="col">
                <Term of="scenario" />
              </th>
              <th scope="col">
                <Term of="level">Levels</Term>
              </th>
              {columns.map(({ key, title, term }) => (
                <th key={key} scope="col" class="number">
                  <Term of={term}>{title}</Term>
                </th>
              ))}
              <th scope="col">
                <Term of="event">By</Term>
              </th>
            </tr>
          </thead>
          {[...Map.groupBy(rows, ({ policy, family }) => `${policy}, ${family}`)].map(([group, own]) => (
            <tbody key={group}>
              <tr class="part">
                <th scope="rowgroup" colSpan={7}>
                  {group} {heldOut.families.includes(own[0]!.family) && <span class="dim">held out</span>}
                </th>
              </tr>
              {own.map(row => (
                <tr key={`${row.scenario} ${row.level}`}>
                  <th scope="row">{row.scenario}</th>
                  <td>
                    {row.level} <span class="dim">− {row.below}</span>
                  </td>
                  {columns.map(({ key, unit }) => (
                    <td key={key} class="number">
                      <Change difference={row[key]} unit={unit} />
                    </td>
                  ))}
                  <td>
                    <code>{eventOf(row)}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </Scrolls>
    </Figure>
  )
}

function Change({ difference, unit }: { difference: Difference; unit: Measure['unit'] }) {
  const { value, low, high, answer } = difference
  if (value === null) return <span class="dim">–</span>
  const interval = low === null || high === null ? '' : `${signed(unit, low)} to ${signed(unit, high)}`
  if (answer === 'cannot tell') return <small class="dim">{value === 0 ? '0' : interval}</small>
  return (
    <>
      <span class={answer === 'better' ? 'pass' : 'fail'}>
        <span class="sign" aria-hidden="true">
          {value < 0 ? '▼' : '▲'}
        </span>{' '}
        <b>{signed(unit, value)}</b>
        <span class="unseen"> {answer}</span>
      </span>
      <small class="under">{interval}</small>
    </>
  )
}

function signed(unit: Measure['unit'], amount: number): string {
  const sign = amount < 0 ? '−' : amount > 0 ? '+' : ''
  return `${sign}${formatAmount(unit, Math.abs(amount))}`
}

function eventOf(row: DifferenceRow): string {
  const first = columns.map(({ key }) => row[key]).find(({ answer }) => answer !== 'cannot tell')
  if (first?.event == null) return ''
  return first.eventAt === row.level ? first.event : `${first.event} at ${first.eventAt}`
}
