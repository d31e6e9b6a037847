import { detectors } from '../../remediator/detectors/index.ts'
import { type PolicySpec, policyDocument } from '../../remediator/policy.ts'
import { formatRatio } from '../../reports/format.ts'
import { counted } from '../model/counted.ts'
import { formatDuration } from '../model/duration.ts'
import { type FaultSpec, faults, type MagnitudeSpec } from '../model/fault.ts'
import { levelBelow, type PromotionSpec, promotionDocument } from '../model/promotion.ts'
import { type Instant, type ScenarioSpec, scenarioDocument, variantsOf } from '../model/scenario.ts'
import { type SuiteSpec, suiteDocument } from '../model/suite.ts'
import { topologyDocument } from '../model/topology.ts'
import type { SourceDocument } from '../model/yaml-source.ts'
import { describeLoad } from './describe-load.ts'
import { decidesWhen } from './listings.ts'

/** What a document says, in people's words: pairs of a heading and a text. */
export type Description = readonly (readonly [heading: string, text: string])[]

export function describeScenario(spec: ScenarioSpec): Description {
  const { load, baseErrorRatio, deploys, incidents, disturbances } = spec
  const base =
    typeof baseErrorRatio === 'number'
      ? formatRatio(baseErrorRatio)
      : `${formatRatio(baseErrorRatio.mean)} on average, sd ${formatRatio(baseErrorRatio.sd)}`
  return [
    ['family', spec.family],
    ['load', describeLoad(load)],
    ['errors', `${base}, of the service itself`],
    ...[
      ...deploys.map(one => ({ ...one, heading: 'deploy', flag: undefined })),
      ...incidents.map(one => ({ ...one, heading: 'incident' })),
    ].flatMap(({ heading, at, flag, fault, truth }): Description => {
      const switched = flag === undefined ? '' : `flag ${flag} goes on, `
      const what = fault === undefined ? 'a good release' : describeFault(fault)
      const remedies = truth.remedies.length === 0 ? 'none' : truth.remedies.join(' or ')
      return [
        [heading, `at ${formatDuration(at)}: ${switched}${what}`],
        [
          'right is',
          `page ${truth.page === 'mustNot' ? 'must not' : truth.page}; deploy ${truth.deploy}; remedies ${remedies}`,
        ],
        ['rollback', truth.rollbackSafe ? 'safe' : 'not safe'],
        ['cause', truth.cause],
        ['first symptom', truth.firstSymptom],
      ]
    }),
    ...disturbances.map(({ kind, ...one }): [string, string] => {
      const details = Object.entries(one).map(([key, value]) => `${key} ${describeValue(key, value)}`)
      return ['disturbance', [kind, ...details].join(', ')]
    }),
    ['run as', variantsOf(spec).join(' and ')],
  ]
}

export function describePolicy(spec: PolicySpec, document: SourceDocument): Description {
  const shadows = detectors.map(({ name }) => name).filter(name => !spec.decide.deciders.includes(name))
  const { detectors: written = {} } = (document.value as { spec: { detectors?: Record<string, unknown> } }).spec
  const { actionsPerRevision, retries } = spec.budget
  return [
    ['engine acts', decidesWhen(spec)],
    ['in shadow', shadows.join(', ') || 'none'],
    ...Object.entries(written).map(([name, tuning]): [string, string] => [`tuning of ${name}`, JSON.stringify(tuning)]),
    [
      'budget',
      `${counted(actionsPerRevision, 'action')} a revision; ${counted(retries, 'more attempt')} where one fails`,
    ],
    [
      'analysis',
      spec.analysis === 'live'
        ? "the manifests' own analysis acts at L1 and above"
        : "the manifests' own analysis runs dry",
    ],
    ['L1', spec.decide.hold.enabled ? 'holds the rollout while a decider asks for time' : 'never holds'],
    [
      'L2',
      `${counted(spec.diagnose.toolCalls, 'tool call')} in ${formatDuration(spec.diagnose.window)}, a diagnosis within ${formatDuration(spec.diagnose.deadline)}`,
    ],
    ['L4', describeSafeActions(spec)],
    ...(spec.manifests === undefined ? [] : [['manifests', spec.manifests.files.join(', ')] as const]),
  ]
}

function describeSafeActions({ gate, remediate }: PolicySpec): string {
  const modes = Object.entries(gate.classes).map(([name, { mode }]) => `${name} ${mode}`)
  const mode = gate.mode === 'enforce' ? '' : '; the gate is only observed'
  const when = remediate.on === 'alarm' ? `at each alarm ${remediate.blind.join(', ')}` : 'after the diagnosis'
  return `${when}: ${modes.join(', ')}${mode}`
}

export function describeSuite(spec: SuiteSpec): Description {
  return [
    ['backend', spec.backend],
    ['scenarios', spec.scenarios.join(', ')],
    ['seeds', `${spec.seeds} of each scenario`],
    ['policies', spec.policies.join(', ')],
    ['anchors', spec.anchors.join(', ') || 'none'],
    ['levels', spec.levels.join(', ')],
    ['horizon', formatDuration(spec.horizon)],
    ...(spec.parameters === undefined ? [] : [['parameters', `${spec.parameters}, over the shipped ones`] as const]),
    ...(spec.pause === undefined
      ? []
      : [['pause', `${formatDuration(spec.pause)}, instead of the rollout's`] as const]),
    ...spec.criteria.map(({ text }): [string, string] => ['has to show', text]),
  ]
}

export function describePromotion({ level, suite, criteria }: PromotionSpec): Description {
  return [
    ['step', `${levelBelow(level)} to ${level}`],
    ['suite', `${suite}, without its own criteria`],
    ...criteria.map(({ text }): [string, string] => ['has to show', text]),
  ]
}

/** The kinds that can be shown, with their schemas. */
export const shownKinds = {
  scenario: { folder: 'catalogue', plural: 'scenarios', schema: scenarioDocument },
  policy: { folder: 'policies', plural: 'policies', schema: policyDocument },
  suite: { folder: 'suites', plural: 'suites', schema: suiteDocument },
  promotion: { folder: 'promotion', plural: 'promotions', schema: promotionDocument },
  topology: { folder: 'topology', plural: 'topologies', schema: topologyDocument },
} as const

export type ShownKind = keyof typeof shownKinds

function describeFault({ kind, ...magnitudes }: FaultSpec): string {
  const sizes = Object.entries(magnitudes).map(([name, size]) => `${name} ${describeMagnitude(size as MagnitudeSpec)}`)
  return `${kind} (${faults[kind]!.breaks}), ${sizes.join(', ')}`
}

function describeMagnitude(size: MagnitudeSpec): string {
  if (typeof size === 'number') return String(size)
  return `log-normal, median ${size.median}, log-sd ${size.sigma}, from ${size.min} to ${size.max}`
}

/** A value of a disturbance: times are in ms, shares and factors are numbers. */
function describeValue(key: string, value: Instant | string): string {
  if (typeof value === 'string') return value
  const isTime = ['at', 'for', 'delay', 'timeConstant'].includes(key)
  if (isTime) return describeInstant(value)
  return typeof value === 'number' ? String(value) : `${value.from} to ${value.to}`
}

function describeInstant(instant: Instant): string {
  if (typeof instant === 'number') return formatDuration(instant)
  return `${formatDuration(instant.from)} to ${formatDuration(instant.to)}`
}
