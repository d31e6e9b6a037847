import type { Summary, Verdict } from '../../../harness/judge/summary.ts'
import { counted } from '../../../harness/model/counted.ts'
import { answerOf, noCriteria } from '../../answer.ts'
import { formatSeconds } from '../../format.ts'
import { usePage } from './context.ts'
import { ThemeChoice } from './theme.tsx'

/** The answer, and what it is the answer to. */
export function Masthead() {
  const { summary } = usePage().data
  const { sign, word, verdict = 'dim' } = answerOf(summary)
  const { suite, version, backend, seed, trials, wallMs } = summary
  return (
    <header class="masthead">
      <div>
        <h1>
          <span class={verdict}>
            <span class="sign">{sign}</span> {word}
          </span>{' '}
          {suite}
        </h1>
        <p class="answer">{answer(summary)}</p>
        <p>
          {trials.valid.toLocaleString('en')} valid trials of {trials.planned.toLocaleString('en')}, in{' '}
          {formatSeconds(wallMs / 1000)} · backend {backend} · seeds from {seed} · carmine {version}
        </p>
      </div>
      <div class="choices">
        <button type="button" class="quiet" data-glossary>
          Glossary <kbd>?</kbd>
        </button>
        <ThemeChoice />
      </div>
    </header>
  )
}

/** What the verdict is made of. */
function answer({ criteria, findings }: Summary): string {
  const count = (wanted: Verdict) => criteria.filter(({ verdict }) => verdict === wanted).length
  const parts = [
    criteria.length === 0 ? noCriteria : `${count('pass')} of ${criteria.length} criteria hold`,
    ...(count('fail') > 0 ? [`${count('fail')} ${count('fail') === 1 ? 'fails' : 'fail'}`] : []),
    ...(count('inconclusive') > 0 ? [`${count('inconclusive')} cannot be decided`] : []),
    findings.length === 0 ? 'nothing went wrong' : counted(findings.length, 'finding'),
  ]
  return parts.join(', ')
}
