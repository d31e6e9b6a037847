import { useEffect, useRef, useState } from 'preact/hooks'
import { counted } from '../../../harness/model/counted.ts'
import { formatSeconds } from '../../format.ts'
import type { Timeline } from '../../timeline/timeline.ts'
import { usePage } from './context.ts'
import { Figure } from './figure.tsx'
import { formatAmount } from './measures.ts'
import { Scrolls } from './scrolls.tsx'
import { Term } from './term.tsx'
import { Replay, TrialView } from './timeline/trial-view.tsx'

/** Trials that are worth looking at, and the timeline of the one that is chosen. */
export function Trials() {
  const { data, view, show } = usePage()
  const shown = data.timelines.filter(
    ({ policy, level, family }) =>
      (view.policy === null || view.policy === policy) &&
      (view.level === null || view.level === level) &&
      (view.family === null || view.family === family),
  )
  const chosen = data.timelines.find(({ trial }) => trial === view.trial) ?? shown[0]
  const place = useRef<HTMLDivElement>(null)
  const choose = (trial: string) => {
    show({ section: 'trials', trial })
    requestAnimationFrame(() => document.getElementById('trial-title')?.focus())
  }
  useEffect(() => {
    if (view.trial !== null) place.current?.scrollIntoView({ block: 'start' })
  }, [view.trial])
  if (data.timelines.length === 0) return null
  return (
    <Figure
      id="trials"
      title="Notable trials"
      about="The worst that went wrong, those with the most bad requests, and the typical one of each family. Choose one to see it whole."
      csv={() => [
        [
          'trial',
          'why',
          'problem',
          'badRequests',
          ...Object.keys(data.timelines[0]!.instants).map(name => `${name}Ms`),
          'replay',
        ],
        ...shown.map(({ trial, why, problem, badRequests, instants, replay }) => [
          trial,
          why,
          problem,
          badRequests,
          ...Object.values(instants),
          replay,
        ]),
      ]}
    >
      <Scrolls label="Notable trials">
        <table class="trials">
          <caption class="unseen">Notable trials</caption>
          <thead>
            <tr>
              <th scope="col">Trial</th>
              <th scope="col">
                <Term of="why" />
              </th>
              <th scope="col" class="number">
                <Term of="detect">Detect</Term>
              </th>
              <th scope="col" class="number">
                <Term of="fdrt">FDRT</Term>
              </th>
              <th scope="col" class="number">
                <Term of="resolve">Resolve</Term>
              </th>
              <th scope="col" class="number">
                <Term of="badRequests">Bad requests</Term>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map(timeline => (
              <TrialRow key={timeline.trial} timeline={timeline} isChosen={timeline === chosen} onChoose={choose} />
            ))}
          </tbody>
        </table>
      </Scrolls>
      <div ref={place} class="place">
        {chosen === undefined ? <p class="about">None of them is in this filter.</p> : <TrialView timeline={chosen} />}
      </div>
    </Figure>
  )
}

interface TrialRowProps {
  readonly timeline: Timeline
  readonly isChosen: boolean
  readonly onChoose: (trial: string) => void
}

function TrialRow({ timeline, isChosen, onChoose }: TrialRowProps) {
  const { trial, why, problem, badRequests, instants } = timeline
  const sinceOnset = (ms: number | null) =>
    formatSeconds(ms === null || instants.onset === null ? null : (ms - instants.onset) / 1000)
  return (
    <tr class={isChosen ? 'chosen' : undefined}>
      <th scope="row">
        <button type="button" class="link" aria-pressed={isChosen} onClick={() => onChoose(trial)}>
          {trial}
        </button>
      </th>
      <td>{problem === null ? why : <span class="fail">✖ {problem}</span>}</td>
      <td class="number">{sinceOnset(instants.detected)}</td>
      <td class="number">{sinceOnset(instants.recovered)}</td>
      <td class="number">{sinceOnset(instants.resolved)}</td>
      <td class="number">{formatAmount('count', badRequests)}</td>
    </tr>
  )
}

const firstShown = 12

/** Everything that went wrong, the worst first, each with the command that makes it again. */
export function Findings() {
  const { data, view } = usePage()
  const [isAll, setAll] = useState(false)
  const familyOf = new Map(data.summary.scenarios.map(({ scenario, family }) => [scenario, family]))
  const findings = data.summary.findings.filter(({ trial }) => {
    const [scenario = '', , policy, level] = trial.split('/')
    return (
      (view.policy === null || view.policy === policy) &&
      (view.level === null || view.level === level) &&
      (view.family === null || view.family === familyOf.get(scenario))
    )
  })
  if (data.summary.findings.length === 0) return null
  return (
    <Figure
      id="findings"
      title="What went wrong"
      about={`${counted(findings.length, 'finding')}, the worst first. A level tells nothing again that one below it has told of the same trial.`}
      csv={() => [
        ['trial', 'problem', 'replay'],
        ...findings.map(({ trial, problem, replay }) => [trial, problem, replay]),
      ]}
    >
      <ul class="findings">
        {findings.slice(0, isAll ? findings.length : firstShown).map(({ trial, problem, replay }) => (
          <li key={`${trial} ${problem}`}>
            <p>
              <b>{trial}</b> {problem}
            </p>
            <Replay line={replay} />
          </li>
        ))}
      </ul>
      {findings.length > firstShown && (
        <button type="button" class="quiet" onClick={() => setAll(!isAll)}>
          {isAll ? 'Show fewer' : `Show all ${findings.length}`}
        </button>
      )}
    </Figure>
  )
}
