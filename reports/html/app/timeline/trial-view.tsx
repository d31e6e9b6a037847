import { useState } from 'preact/hooks'
import type { Timeline } from '../../../timeline/timeline.ts'
import type { CsvRow } from '../csv.ts'
import { copyText, DataTools } from '../figure.tsx'
import { Term } from '../term.tsx'
import { Audit, Diagnoses, Gate, PullRequests, Waits } from './cards.tsx'
import { MomentsTable } from './moments-table.tsx'
import { TimelineChart } from './timeline-chart.tsx'

/** One trial, whole. */
export function TrialView({ timeline }: { timeline: Timeline }) {
  const { trial, about, truth, why, problem } = timeline
  const right = `page ${truth.page}, deploy ${truth.deploy}${truth.remedies.length > 0 ? `, remedies ${truth.remedies.join(' or ')}` : ''}`
  return (
    <article class="trial" aria-labelledby="trial-title">
      <header>
        <h3 id="trial-title" tabIndex={-1}>
          {trial}
        </h3>
        <DataTools id={`trial-${trial.replaceAll('/', '-')}`} title={trial} csv={() => csvOf(timeline)} />
      </header>
      <p class="about">
        {about}. Right is: {right}. {problem === null ? `Shown as ${why}.` : `Went wrong: ${problem}.`}
      </p>
      <Replay line={timeline.replay} />
      <Versions timeline={timeline} />
      <TimelineChart timeline={timeline} />
      <div class="cards">
        <Waits timeline={timeline} />
        <Diagnoses timeline={timeline} />
        <PullRequests timeline={timeline} />
        <Gate timeline={timeline} />
        <Audit timeline={timeline} />
      </div>
      <MomentsTable timeline={timeline} />
    </article>
  )
}

/** The command that makes the trial again, to copy. */
export function Replay({ line }: { line: string }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await copyText(line)
    setCopied(true)
    setTimeout(() => setCopied(false), 2000)
  }
  return (
    <p class="replay">
      <Term of="replay">Replay</Term> <code>{line}</code>{' '}
      <button type="button" class="quiet" onClick={copy} aria-label={`Copy ${line}`}>
        {copied ? 'Copied' : 'Copy'}
      </button>
    </p>
  )
}

/** Which line is which. */
function Versions({ timeline: { versions } }: { timeline: Timeline }) {
  return (
    <ul class="legend">
      {versions.map(({ name, podTemplateHash }, i) => (
        <li key={name}>
          <svg width="22" height="10" aria-hidden="true">
            <line class={`series version-${Math.min(i, 3)}`} x1="0" x2="22" y1="5" y2="5" />
          </svg>
          {name} <code>{podTemplateHash}</code>
        </li>
      ))}
    </ul>
  )
}

/** What the lanes are drawn from: a row a look and version. */
function csvOf({ versions }: Timeline): CsvRow[] {
  return [
    ['version', 'podTemplateHash', 'toMs', 'requests', 'errors', 'slow'],
    ...versions.flatMap(({ name, podTemplateHash, toMs, requests, errors, slow }) =>
      toMs.map((ms, i) => [name, podTemplateHash, ms, requests[i]!, errors[i]!, slow[i]!]),
    ),
  ]
}
