import { useState } from 'preact/hooks'
import type { Timeline } from '../../../timeline/timeline.ts'
import { Scrolls } from '../scrolls.tsx'
import { clock } from './time-axis.ts'

/** Of these it takes many to tell anything. */
const minor = ['pod', 'traffic', 'telemetry', 'analysis', 'tool', 'commit']

/** Everything that happened, in order. */
export function MomentsTable({ timeline }: { timeline: Timeline }) {
  const [isAll, setAll] = useState(false)
  const rows = timeline.moments.filter(({ mark = '', tone }) => isAll || tone === 'red' || !minor.includes(mark))
  return (
    <section class="moments" aria-label="What happened">
      <header>
        <h4>What happened</h4>
        <label class="choice">
          <input type="checkbox" checked={isAll} onChange={event => setAll(event.currentTarget.checked)} />
          <span>pods, traffic, measurements and tools too</span>
        </label>
      </header>
      <Scrolls label="What happened, in order">
        <table>
          <caption class="unseen">What happened, in order</caption>
          <thead>
            <tr>
              <th scope="col" class="number">
                Time
              </th>
              <th scope="col">Who or what</th>
              <th scope="col">Event</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ atMs, mark, text, tone }, i) => (
              <tr key={i} class={tone}>
                <td class="number">{clock(atMs)}</td>
                <td>{mark}</td>
                <td>{text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolls>
    </section>
  )
}
