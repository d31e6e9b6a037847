import type { GateFigures, Practice, PracticeGate } from '../../harness/judge/practice.ts'
import type { PracticeChange } from '../../harness/judge/practice-differences.ts'
import { undefinedMark } from '../format.ts'
import { code, meanText, quantileText, rateText, signedText, table } from './markdown.ts'
import { gateSources, practicePolicies } from './policies.ts'

const { anchors, gates, reference } = practicePolicies

/** The figures of each gate, its source, and what it costs against the reference. */
export function gatesSection(practice: Practice): string {
  const shown = [...gates, reference].map(policy => gateOf(practice.gates, policy))
  const scale = anchors.map(policy => gateOf(practice.anchors, policy))
  const horizonS = practice.horizonMs / 1000
  return [
    '## The gates',
    table(
      ['gate', 'what it is', 'where it is from'],
      shown.map(({ policy }) => [code(policy), gateSources[policy]!.is, gateSources[policy]!.from]),
    ),
    'Bad deploys, without the held-out families. A gate catches a deploy when it takes it back by itself before the trial ends. Times start at the first request or pod that the fault touches; medians count what is not caught as later than everything.',
    table(
      [
        'gate',
        'caught',
        'stands still',
        'median to detect',
        'median to recover',
        'recovered in the trial',
        'bad requests a deploy',
      ],
      [
        ...shown.map(({ policy, known }) =>
          faultyRow(policy, known, quantileText(known.timeToDetectS.median, horizonS), horizonS),
        ),
        // They raise no alarm.
        ...scale.map(({ policy, known }) => faultyRow(policy, known, undefinedMark, horizonS)),
      ],
    ),
    '`null` does nothing and `clairvoyant` knows the fault and takes the best remedy at once: the two ends of what is possible. What stands still has never become Ready: users keep the old version, and nobody is told. Bad requests are failed, unanswered or slower than 500 ms, beyond those of the same seed without the fault.',
    'Good deploys. A twin is a good release on a quiet day; in a scare something looks bad that is not its doing; beside other trouble the release is good and a flag, a limit or Prometheus is not.',
    table(
      [
        'gate',
        'twins stopped',
        'stopped in scares',
        'worst scare',
        'stopped beside other trouble',
        'minutes to release a twin',
      ],
      shown.map(({ policy, known }) => goodRow(policy, known)),
    ),
    `Each gate instead of ${code(reference)}, in the same trials: the mean difference. ✔ better and ✖ worse beyond doubt (Holm over the table, 5 %), ? cannot tell.`,
    changesTable(practice.against, 'after'),
    `Held out: families ${code('leak')} and ${code('traffic')}, for which no rule of ${code(reference)} was made or tuned.`,
    table(
      ['gate', 'caught', 'stopped in scares', 'worst scare', 'bad requests a deploy'],
      shown.map(({ policy, heldOut }) => [
        code(policy),
        rateText(heldOut.caught),
        rateText(heldOut.scaresStopped),
        worstText(heldOut),
        meanText(heldOut.badRequests),
      ]),
    ),
  ].join('\n\n')
}

/** @param named which of the two the rows are called by */
export function changesTable(
  changes: readonly PracticeChange[],
  named: 'after' | 'text',
  texts: Readonly<Record<string, string>> = {},
): string {
  const sign = { better: '✔', worse: '✖', same: '=', 'cannot tell': '?' } as const
  const points = (share: number | null) => (share === null ? null : share * 100)
  return table(
    [
      named === 'after' ? 'gate' : 'change',
      'caught, points',
      'twins stopped, points',
      'scares stopped, points',
      'bad requests a deploy',
      'minutes to release',
    ],
    changes.map(({ after, measures }) => [
      named === 'after' ? code(after) : `${texts[after]} (${code(after)})`,
      ...(['caught', 'twinsStopped', 'scaresStopped', 'badRequests', 'releaseMinutes'] as const).map(name => {
        const { value, low, high, answer } = measures[name]
        const isShare = name !== 'badRequests' && name !== 'releaseMinutes'
        const shown = isShare ? { value: points(value), low: points(low), high: points(high) } : { value, low, high }
        return answer === 'same' ? '= 0' : `${sign[answer]} ${signedText(shown)}`
      }),
    ]),
  )
}

export function gateOf(among: readonly PracticeGate[], policy: string): PracticeGate {
  return among.find(gate => gate.policy === policy)!
}

function faultyRow(policy: string, figures: GateFigures, detected: string, horizonS: number): string[] {
  const { caught, stoodStill, fdrtS, recovered, badRequests } = figures
  return [
    code(policy),
    rateText(caught),
    rateText(stoodStill),
    detected,
    quantileText(fdrtS.median, horizonS),
    rateText(recovered),
    meanText(badRequests),
  ]
}

function goodRow(policy: string, figures: GateFigures): string[] {
  const { twinsStopped, scaresStopped, besideStopped, releaseMinutes } = figures
  return [
    code(policy),
    rateText(twinsStopped),
    rateText(scaresStopped),
    worstText(figures),
    rateText(besideStopped),
    releaseMinutes.value === null ? undefinedMark : releaseMinutes.value.toFixed(1),
  ]
}

function worstText({ worstScare }: GateFigures): string {
  if (worstScare === null) return undefinedMark
  return worstScare.count === 0 ? 'none' : `${code(worstScare.scenario)} ${rateText(worstScare)}`
}
