import { formatSeconds, verdictSigns } from '../../format.ts'
import { usePage } from './context.ts'
import { ThemeChoice } from './theme.tsx'

/** The answer, and what it is the answer to. */
export function Masthead() {
  const { summary } = usePage().data
  const { suite, verdict, version, backend, seed, trials, wallMs } = summary
  return (
    <header class="masthead">
      <div>
        <h1>
          <span class={verdict}>
            <span class="sign">{verdictSigns[verdict]}</span> {verdict}
          </span>{' '}
          {suite}
        </h1>
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
