import type { CriterionResult } from '../../../harness/judge/summary.ts'
import { measureKinds } from '../../../harness/model/measures.ts'
import { formatObserved } from '../../criteria-table.ts'
import { criterionNotes } from '../../criterion-notes.ts'
import { verdictSigns } from '../../format.ts'
import { usePage } from './context.ts'
import type { Limit } from './data.ts'
import { Figure } from './figure.tsx'
import { extent, place } from './interval-plot.tsx'
import { Notes } from './notes.tsx'
import { linearScale, logScale, type Scale } from './scale.ts'
import { Scrolls } from './scrolls.tsx'
import { Term } from './term.tsx'

/** What the run had to show, and whether it did. */
export function Criteria() {
  const { summary, limits } = usePage().data
  const { criteria } = summary
  if (criteria.length === 0) return <p class="about">This suite has no criteria: it describes, and decides nothing.</p>
  return (
    <Figure
      id="criteria"
      title="Criteria"
      term="criterion"
      about="The shaded side of the mark is where the criterion passes; a criterion is decided when the whole interval lies on one side."
      csv={() => [
        ['criterion', 'policy', 'verdict', 'bound', 'observed', 'low', 'high', 'n', 'confidence'],
        ...criteria.map(({ criterion, policy, verdict, bound, observed, low, high, n, confidence }) => {
          return [criterion, policy, verdict, bound, observed, low, high, n, confidence]
        }),
      ]}
    >
      <Scrolls label="Criteria">
        <table class="criteria">
          <caption class="unseen">Criteria with what was observed</caption>
          <thead>
            <tr>
              <th scope="col">
                <Term of="verdict" />
              </th>
              <th scope="col">
                <Term of="criterion">Criterion</Term>
              </th>
              <th scope="col">
                <Term of="bound" />
              </th>
              <th scope="col" class="number">
                <Term of="observed">Observed</Term>
              </th>
              <th scope="col" class="number">
                <Term of="interval">Interval</Term>
              </th>
              <th scope="col" class="number">
                <Term of="trials" />
              </th>
              <th scope="col" class="wide">
                Against the bound
              </th>
            </tr>
          </thead>
          <tbody>
            {criteria.map((criterion, i) => (
              <CriterionRow
                key={`${criterion.name} ${criterion.bound}`}
                criterion={criterion}
                limit={limits[i] ?? null}
              />
            ))}
          </tbody>
        </table>
      </Scrolls>
      <Notes lines={criterionNotes(summary)} />
    </Figure>
  )
}

function CriterionRow({ criterion, limit }: { criterion: CriterionResult; limit: Limit | null }) {
  const { name, verdict, bound, n } = criterion
  const { observed, interval } = formatObserved(criterion)
  return (
    <tr>
      <td class={verdict}>
        <span class="sign">{verdictSigns[verdict]}</span> {verdict}
      </td>
      <th scope="row">{name}</th>
      <td>{bound}</td>
      <td class="number">
        <b>{observed}</b>
      </td>
      <td class="number">{interval}</td>
      <td class="number">{n}</td>
      <td class="wide">{limit !== null && <Bullet criterion={criterion} limit={limit} />}</td>
    </tr>
  )
}

/** What was observed, with its interval, against the side of the bound on which it passes. */
function Bullet({ criterion, limit }: { criterion: CriterionResult; limit: Limit }) {
  const { measure, verdict, observed, low, high } = criterion
  const scale = bulletScale(measureKinds[measure].unit === 'share', limit.bound, [observed, low, high])
  const at = scale.at(limit.bound)
  const passesAbove = limit.operator === '>' || limit.operator === '>='
  const [from, to] = passesAbove ? [at, 1] : [0, at]
  const [start, end] = [low === null ? 0 : scale.at(low), high === null ? 1 : scale.at(high)]
  return (
    <svg class={`bullet ${verdict}`} width="100%" height="18" aria-hidden="true">
      <rect class="passes" x={place(from)} width={extent(to - from)} y="3" height="12" />
      {(low !== null || high !== null) && <line class="interval" x1={place(start)} x2={place(end)} y1="9" y2="9" />}
      <line class="bound" x1={place(at)} x2={place(at)} y1="1" y2="17" />
      {observed !== null && <circle class="dot" cx={place(scale.at(observed))} cy="9" r="4" />}
    </svg>
  )
}

type Ends = readonly (number | null)[]

/** Near the bound: a share as far as it and what was observed need, everything else by its ratios where it has any. */
function bulletScale(isShare: boolean, bound: number, amounts: Ends): Scale {
  const known = [bound, ...amounts.filter(amount => amount !== null)]
  const [least, most] = [Math.min(...known), Math.max(...known)]
  if (isShare) {
    if (bound >= 0.5)
      return linearScale(Math.max(0, 1 - (1 - Math.min(...known.filter(amount => amount > 0))) * 1.5), 1)
    return linearScale(0, Math.min(1, Math.max(...known.filter(amount => amount < 1)) * 1.5))
  }
  const positive = known.filter(amount => amount > 0)
  if (least < 0 || bound <= 0) return linearScale(least, most)
  return logScale(Math.min(...positive) / 2, most * 2, least === 0)
}
