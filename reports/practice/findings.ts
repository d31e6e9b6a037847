import type { Practice } from '../../harness/judge/practice.ts'
import type { WorseThanGate } from '../../harness/judge/practice-differences.ts'
import { formatCount, formatRatio } from '../format.ts'
import { gateOf } from './gates.ts'
import { code, pointsText, rateText, table } from './markdown.ts'
import { practicePolicies } from './policies.ts'

const { gates, reference } = practicePolicies

/** The answer first: caught, shipped, broken, and the cheapest change. */
export function findingsSection(practice: Practice): string {
  const of = (policy: string) => gateOf(practice.gates, policy).known
  const { n } = of(reference).caught
  const scenarios = practice.scenarios.filter(one => !one.heldOut && one.cells[0]!.caught.n > 0).length
  const nothing = gateOf(practice.anchors, 'null').known.badRequests.value
  const left = (policy: string) => {
    const { value } = of(policy).badRequests
    return value === null || nothing === null ? 'an unknown share' : formatRatio(value / nothing)
  }
  const each = (text: (policy: string) => string) => gates.map(policy => `${code(policy)} ${text(policy)}`).join(', ')
  const scoped = practice.changes.find(({ after }) => after === 'stock-argo')!.measures.caught
  const mended = practice.changes.find(({ after }) => after === 'stock-argo-mended')!.measures
  return [
    '## What was found',
    [
      `- **Caught.** Of ${n} bad deploys in ${scenarios} scenarios, ${each(policy => rateText(of(policy).caught))}; ${code(reference)} ${rateText(of(reference).caught)}.`,
      `- **Let through.** Of the bad requests that a deploy causes when nobody does anything, there remain with ${each(left)}; with ${code(reference)} ${left(reference)}.`,
      `- **Broken.** Of ${of(reference).twinsStopped.n} good releases on quiet days, ${each(policy => `stops ${rateText(of(policy).twinsStopped)}`)}; ${code(reference)} ${rateText(of(reference).twinsStopped)}. Of ${of(reference).scaresStopped.n} while something else looks bad, ${each(policy => `stops ${rateText(of(policy).scaresStopped)}`)}; ${code(reference)} ${rateText(of(reference).scaresStopped)}.`,
      `- **Cheapest change.** Selecting the canary in the query: ${pointsText(scoped)} points of caught deploys. All that manifests alone can do here (${code('stock-argo-mended')} instead of ${code('stock-argo')}): ${pointsText(mended.caught)} points, and ${pointsText(mended.scaresStopped)} points of good releases stopped in scares.`,
    ].join('\n'),
  ].join('\n\n')
}

/** Printed before all figures that speak for the reference. */
export function worseSection({ worse, gates: judged, against }: Practice): string {
  const own = gateOf(judged, reference).known
  const quicker = against
    .filter(({ measures }) => measures.releaseMinutes.answer === 'better')
    .map(({ after }) => after)
  const calmer = against.filter(({ measures }) => measures.scaresStopped.answer === 'better').map(({ after }) => after)
  const named = (policies: readonly string[]) => (policies.length === 0 ? 'none' : policies.map(code).join(', '))
  return [
    `## Where ${code(reference)} is worse`,
    `Releases are live sooner with: ${named(quicker)}. Good releases are stopped less often in scares by: ${named(calmer)}. ${code(reference)} itself stops ${rateText(own.scaresStopped)} of good releases in scares, and ${rateText(own.besideStopped)} beside other trouble.`,
    worse.length === 0
      ? 'In no scenario is it beyond doubt worse than a gate in what it catches, stops or lets through.'
      : `Scenarios in which it is beyond doubt worse than a gate (Holm over all gates, scenarios and four measures, 5 %):`,
    ...(worse.length === 0 ? [] : [worseTable(worse)]),
    `Of the ${own.stoppedByAnalysis.n} good releases that ${code(reference)} stops here, ${own.stoppedByAnalysis.count} are stopped by the manifests' own analysis alone, which it leaves live beside the engine: it aborts at a fixed limit and after five queries without an answer, as the stock gates do. The figures are those of a team that runs both.`,
  ].join('\n\n')
}

const measureTexts: Readonly<Record<WorseThanGate['measure'], string>> = {
  caught: 'bad deploys caught',
  twinsStopped: 'good deploys stopped on quiet days',
  stopped: 'good deploys stopped while something else is wrong',
  badRequests: 'bad requests a deploy',
}

function worseTable(worse: readonly WorseThanGate[]): string {
  const groups = [...Map.groupBy(worse, ({ scenario, measure }) => `${scenario} ${measure}`).values()]
  return table(
    ['scenario', 'measure', code(reference), 'gates that are better'],
    groups.map(own => {
      const [{ scenario, measure, reference: value }] = own as [WorseThanGate, ...WorseThanGate[]]
      const text = measure === 'badRequests' ? formatCount : formatRatio
      return [
        code(scenario),
        measureTexts[measure],
        text(value),
        own.map(({ gate, ofGate }) => `${code(gate)} ${text(ofGate)}`).join(', '),
      ]
    }),
  )
}
