import type { TrialEvent } from '../../harness/model/event.ts'
import { endingsOf, isRollback } from './endings.ts'
import type { TrialIncident } from './incidents.ts'
import { type Line, quoted } from './markdown.ts'

/** Kinds of item as in the example of a postmortem in Google's Site Reliability Engineering (2016, appendix D). */
type Kind = 'prevent' | 'mitigate' | 'process'
type Owner = 'team of the service' | 'platform team' | 'on-call rota'
type Item = readonly [Kind, Owner, TrialIncident['opening'] | TrialEvent | undefined, string]

/** What follows from what happened, once each: systems are changed, nobody is blamed. */
export function actionItems({ events, trigger, opening }: TrialIncident): Line[] {
  const first = <T extends TrialEvent['type']>(
    type: T,
    wanted: (event: Extract<TrialEvent, { type: T }>) => boolean = () => true,
  ) => events.find((event): event is Extract<TrialEvent, { type: T }> => event.type === type && wanted(event as never))
  const rollback = endingsOf(events).find(isRollback)
  const repaired = events.findLast(event => event.type === 'release.updated' && event.data.release !== 'deploy')
  const isRepeated = repaired?.type === 'release.updated' && repaired.data.release === 'retry'
  const page = first('page.sent')
  const unanswered = first('tool.answered', ({ data }) => !data.ok)
  const denied = first('gate.decided', ({ data }) => data.verdict === 'deny')
  const refused = first('operation.finished', ({ data }) => !data.ok)
  const diagnosed = first('diagnosis.made')

  const items: readonly Item[] = [
    [
      'prevent',
      'team of the service',
      repaired === undefined || isRepeated || trigger?.type !== 'release.updated' ? undefined : trigger,
      'let a test before the release fail by what this one did',
    ],
    [
      'prevent',
      'team of the service',
      trigger?.type === 'flag.changed' ? trigger : undefined,
      'switch flags on step by step',
    ],
    [
      'prevent',
      'team of the service',
      repaired === undefined ? rollback : undefined,
      'the change is not out yet: repair it, release it again or drop it',
    ],
    [
      'mitigate',
      'platform team',
      isRepeated ? repaired : undefined,
      'a release was taken back and came again unchanged: find out what looked bad',
    ],
    [
      'mitigate',
      'platform team',
      first('detector.fired') === undefined ? opening : undefined,
      'no detector that decides has fired: find one that sees this',
    ],
    ['mitigate', 'platform team', first('look.missed'), 'page about telemetry that is silent'],
    [
      'mitigate',
      'platform team',
      unanswered,
      `a diagnosis had to do without ${unanswered?.data.tool}: find a second source`,
    ],
    [
      'mitigate',
      'team of the service',
      first('diagnosis.made', ({ data }) => data.verdict === 'inconclusive'),
      'the evidence was not enough for a diagnosis: write down what people saw in the end',
    ],
    [
      'mitigate',
      'platform team',
      diagnosed === undefined ? first('cause.found') : undefined,
      'people had to find the cause by themselves: collect what they looked at',
    ],
    [
      'mitigate',
      'platform team',
      refused,
      `make ${refused?.data.operation} succeed: ${quoted(refused?.data.message ?? '')}`,
    ],
    [
      'mitigate',
      'platform team',
      first('action.verified', ({ data }) => data.outcome === 'worse' || data.outcome === 'unknown'),
      'an action did not help and was taken back: ask for approval before the next one',
    ],
    [
      'process',
      'platform team',
      first('diagnosis.read', ({ data }) => !data.believed),
      'find out why the diagnosis was not believed',
    ],
    ['process', 'platform team', denied, `decide whether the gate was right to deny ${denied?.data.class}`],
    [
      'process',
      'on-call rota',
      first('approval.answered', ({ data }) => data.answer === 'none'),
      'nobody answered whether to act: ask where somebody reads it',
    ],
    [
      'process',
      'on-call rota',
      first('page.acknowledged') === undefined ? page : undefined,
      'the page was not acknowledged: check how it is delivered',
    ],
  ]
  const lines = items.flatMap(([kind, owner, event, text]): Line[] =>
    event === undefined ? [] : [{ text: `${kind}: ${text} (owner: ${owner})`, cites: [event.seq] }],
  )
  if (lines.length > 0) return lines
  return [{ text: 'process: nothing is left to do (owner: team of the service)', cites: [opening.seq] }]
}
