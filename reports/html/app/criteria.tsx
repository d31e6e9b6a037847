import type { CriterionResult } from '../../../harness/judge/summary.ts'
import { verdictSigns } from '../../format.ts'
import { type Bound, parseBound } from './bound.ts'
import { usePage } from './context.ts'
import { Figure } from './figure.tsx'
import { percent } from './interval-plot.tsx'
import { formatAmount, formatInterval } from './measures.ts'
import { linearScale, logScale, type Scale } from './scale.ts'
import { Scrolls } from './scrolls.tsx'
import { Term } from './term.tsx'

/** What the run had to show, and whether it did. */
export function Criteria() {
  const { criteria } = usePage().data.summary
  if (criteria.length === 0) return <p class="about">This suite has no criteria: it describes, and decides nothing.</p>
  return (
    <Figure
      id="criteria"
      title="Criteria"
      term="criterion"
      about="The shaded side of the mark is where the criterion passes; a criterion is decided when the whole interval lies on one side."
      csv={() => [
        ['criterion', 'verdict', 'bound', 'observed', 'low', 'high'],
        ...criteria.map(({ name, verdict, bound, observed, low, high }) => [name, verdict, bound, observed, low, high]),
      ]}
    >
      <Scrolls label="Criteria">
        <table class="criteria">
          <caption class="unseen">Criteria with what was observed</caption>
          <thead>
            <tr>
              <th scope="col">Verdict</th>
              <th scope="col">
                <Term of="criterion">Criterion</Term>
              </th>
              <th scope="col">Has to be</th>
              <th scope="col" class="number">
                <Term of="observed">Observed</Term>
              </th>
              <th scope="col" class="number">
                <Term of="interval">Interval</Term>
              </th>
              <th scope="col" class="wide">
                Against the bound
              </th>
            </tr>
          </thead>
          <tbody>
            {criteria.map(criterion => (
              <CriterionRow key={`${criterion.name} ${criterion.bound}`} criterion={criterion} />
            ))}
          </tbody>
        </table>
      </Scrolls>
    </Figure>
  )
}

function CriterionRow({ criterion }: { criterion: CriterionResult }) {
  const { name, verdict, bound, measure, observed, low, high } = criterion
  const unit = /S\b/.test(measure) ? 'time' : 'ratio'
  const limit = parseBound(bound)
  return (
    <tr>
      <td class={verdict}>
        <span class="sign">{verdictSigns[verdict]}</span> {verdict}
      </td>
      <th scope="row">{name}</th>
      <td>{bound}</td>
      <td class="number">
        <b>{formatAmount(unit, observed)}</b>
      </td>
      <td class="number">{formatInterval(unit, { value: observed, low, high })}</td>
      <td class="wide">{limit !== undefined && <Bullet criterion={criterion} limit={limit} unit={unit} />}</td>
    </tr>
  )
}

/** What was observed, with its interval, against the side of the bound on which it passes. */
function Bullet({ criterion, limit, unit }: { criterion: CriterionResult; limit: Bound; unit: 'time' | 'ratio' }) {
  const { observed, low, high, verdict } = criterion
  const scale = bulletScale(unit, limit.amount, [observed, low, high])
  const at = scale.at(limit.amount)
  const [from, to] = limit.passes === 'above' ? [at, 1] : [0, at]
  return (
    <svg class={`bullet ${verdict}`} width="100%" height="18" aria-hidden="true">
      <rect class="passes" x={percent(from)} width={percent(to - from)} y="3" height="12" />
      {(low !== null || high !== null) && (
        <line
          class="interval"
          x1={percent(low === null ? 0 : scale.at(low))}
          x2={percent(high === null ? 1 : scale.at(high))}
          y1="9"
          y2="9"
        />
      )}
      <line class="bound" x1={percent(at)} x2={percent(at)} y1="1" y2="17" />
      {observed !== null && <circle class="dot" cx={percent(scale.at(observed))} cy="9" r="4" />}
    </svg>
  )
}

/** Near the bound: a share as far as it and what was observed need, a time by its ratios. */
function bulletScale(unit: 'time' | 'ratio', bound: number, amounts: readonly (number | null)[]): Scale {
  const known = [bound, ...amounts.filter(amount => amount !== null)]
  if (unit === 'time') {
    const positive = known.filter(amount => amount > 0)
    return logScale(Math.min(...positive) / 2, Math.max(...positive) * 2, false)
  }
  if (bound >= 0.5) return linearScale(Math.max(0, 1 - (1 - Math.min(...known.filter(amount => amount > 0))) * 1.5), 1)
  return linearScale(0, Math.min(1, Math.max(...known.filter(amount => amount < 1)) * 1.5))
}
