import type { ComponentChildren } from 'preact'
import { formatRatio, formatSeconds } from '../../../format.ts'
import type { Timeline } from '../../../timeline/timeline.ts'
import { Scrolls } from '../scrolls.tsx'
import { clock } from './time-axis.ts'

function Card({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="card" aria-label={title}>
      <h4>{title}</h4>
      {children}
    </section>
  )
}

/** How long people, and what they wait for, took for each step. */
export function Waits({ timeline: { waits } }: { timeline: Timeline }) {
  if (waits.length === 0) return null
  return (
    <Card title="Human delays">
      <table>
        <caption class="unseen">Steps of people with the time that each took</caption>
        <thead class="unseen">
          <tr>
            <th scope="col">Step</th>
            <th scope="col">Took</th>
            <th scope="col">Done at</th>
          </tr>
        </thead>
        <tbody>
          {waits.map(({ what, fromMs, toMs }) => (
            <tr key={`${what} ${toMs}`}>
              <th scope="row">{what}</th>
              <td class="number">
                <b>{formatSeconds((toMs - fromMs) / 1000)}</b>
              </td>
              <td class="number dim">{clock(toMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  )
}

/** Hypotheses that are believed less are not told. */
const leastShare = 0.005

/** A commit as people write it. */
function shortName(change: string): string {
  return /^[0-9a-f]{40}$/.test(change) ? change.slice(0, 7) : change
}

export function Diagnoses({ timeline: { diagnoses } }: { timeline: Timeline }) {
  return (
    <>
      {diagnoses.map(({ atMs, verdict, ranked, evidence, ruledOut, toolCalls }) => (
        <Card key={atMs} title={`Diagnosis at ${clock(atMs)}: ${verdict}`}>
          <p class="dim">after {toolCalls} tool calls</p>
          <ol>
            {ranked
              .filter(({ share }, i) => i === 0 || share >= leastShare)
              .map(({ kind, entity, change, share }) => (
                <li key={`${kind} ${entity}`}>
                  {kind} of <b>{entity}</b>, by {change === null ? 'no change' : <code>{shortName(change)}</code>}:{' '}
                  {formatRatio(Number(share.toPrecision(3)))}
                </li>
              ))}
          </ol>
          <details>
            <summary>
              {evidence.length} pieces of evidence, {ruledOut.length} ruled out
            </summary>
            <ul>
              {evidence.map(({ id, source, text }) => (
                <li key={id}>
                  <code>{id}</code> {source}: {text}
                </li>
              ))}
              {ruledOut.map(({ kind, entity, because }) => (
                <li key={`${kind} ${entity} ${because}`}>
                  not {kind} of {entity}: {because}
                </li>
              ))}
            </ul>
          </details>
        </Card>
      ))}
    </>
  )
}

export function PullRequests({ timeline: { pullRequests } }: { timeline: Timeline }) {
  return (
    <>
      {pullRequests.map(({ atMs, number, author, title, changes, rule, became }) => (
        <Card key={number} title={`Pull request #${number}, ${became}`}>
          <p>
            {title}{' '}
            <span class="dim">
              at {clock(atMs)} by {rule === null ? author : `the engine, rule ${rule}`}
            </span>
          </p>
          <ul>
            {changes.map(({ file, key, fromValue, toValue }) => (
              <li key={`${file} ${key}`}>
                <code>{file}</code>, {key}: <code>{fromValue || 'nothing'}</code> to <code>{toValue || 'nothing'}</code>
              </li>
            ))}
          </ul>
        </Card>
      ))}
    </>
  )
}

export function Gate({ timeline: { gate } }: { timeline: Timeline }) {
  if (gate.length === 0) return null
  return (
    <Card title="Gate">
      <ul>
        {gate.map(({ atMs, class: ofClass, verdict, reasons, action }) => (
          <li key={`${atMs} ${action}`}>
            <span class="dim">{clock(atMs)}</span> {ofClass}: <b>{verdict}</b>
            {reasons.length > 0 && `, ${reasons.join('; ')}`}
            <details>
              <summary>the action</summary>
              <code class="breaks">{action}</code>
            </details>
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** Each record holds the hash of the one before it. */
export function Audit({ timeline: { audit } }: { timeline: Timeline }) {
  if (audit.length === 0) return null
  return (
    <Card title="Audit log">
      <Scrolls label="Audit log">
        <table>
          <caption class="unseen">Records of the audit log</caption>
          <thead>
            <tr>
              <th scope="col" class="number">
                No.
              </th>
              <th scope="col" class="number">
                Time
              </th>
              <th scope="col">Record</th>
              <th scope="col">Hash</th>
            </tr>
          </thead>
          <tbody>
            {audit.map(({ atMs, seq, kind, outcome, hash }) => (
              <tr key={seq}>
                <td class="number">{seq}</td>
                <td class="number">{clock(atMs)}</td>
                <td>
                  {kind} <span class="dim">{outcome}</span>
                </td>
                <td>
                  <code>{hash.slice(0, 10)}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolls>
    </Card>
  )
}
