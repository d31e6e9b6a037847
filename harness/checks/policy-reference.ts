import * as z from 'zod'
import { policyDocument } from '../../remediator/policy.ts'
import { formatDuration } from '../model/duration.ts'
import { apiVersion } from '../model/schema-types.ts'

interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly description?: string
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly additionalProperties?: Schema | boolean
  readonly propertyNames?: Schema
}

const sections: Readonly<Record<string, string>> = {
  description: 'Text.',
  decide:
    'Whose alarms count, and what they do to the rollout: page and abort or undo, or hold while a decider asks for time.',
  detectors:
    'How each detector is tuned. All of them run; those that are no deciders run in shadow and are scored all the same.',
  budget: 'How often the engine may act.',
  diagnose: 'L2: evidence, hypotheses and a report on the root cause.',
  remediate: 'L4: which safe action follows, and how its effect is verified. What is worse or unknown is undone.',
  gate: 'L4: what is allowed at all. An error, missing data or a request that cannot be read is a denial.',
  analysis: "The manifests' own analysis.",
  manifests: 'Manifests that belong to the policy.',
}

/** docs/policy.md: every key of a policy with its values and its default, from the schema. */
export function renderPolicyReference(): string {
  const { properties } = z.toJSONSchema(policyDocument, { io: 'input', target: 'draft-7', reused: 'inline' }) as Schema
  const spec = properties!['spec']!.properties!
  return `<!-- Made from remediator/policy.ts: npm test -- -u policy-reference -->
# The keys of a policy

A policy says what an engine may do and on whose word. A run caps it at each level: **L0** pages, **L1** also holds, aborts and undoes
the deploy, **L2** also diagnoses, **L3** also opens pull requests, **L4** also applies safe actions that its gate allows.
Shipped ones stand in \`scenarios/policies/\`; \`carmine show policy careful\` prints one with all its defaults.

${Object.entries(spec)
  .map(([name, schema]) => section(name, schema))
  .join('\n\n')}
`
}

function section(name: string, schema: Schema): string {
  const rows = leaves(name, schema).map(([path, leaf]) => {
    const cells = [`\`${path}\``, values(leaf), defaultOf(path, leaf), leaf.description ?? '']
    return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
  })
  return [
    `## ${name}`,
    '',
    sections[name] ?? '',
    '',
    '| key | value | default | meaning |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

function leaves(path: string, schema: Schema): [string, Schema][] {
  const { properties } = schema
  if (properties === undefined) return [[path, schema]]
  return Object.entries(properties).flatMap(([name, child]) => leaves(`${path}.${name}`, child))
}

function values(schema: Schema): string {
  const { type, enum: words, const: only, anyOf, oneOf, items, pattern, minimum, maximum, properties } = schema
  if (only !== undefined) return String(only)
  if (words !== undefined) return words.join(', ')
  if (type === 'array') return `list of: ${values(items ?? {})}`
  if (properties !== undefined) return `{ ${Object.keys(properties).join(', ')} }`
  if (schema.propertyNames?.enum !== undefined) return `by ${schema.propertyNames.enum.join(', ')}`
  const several = anyOf ?? oneOf
  if (pattern?.includes('ms|s|m|h') === true) return 'a duration'
  if (pattern?.includes('%') === true) return 'a share'
  if (several !== undefined) return [...new Set(several.map(values))].join(' or ')
  const least = minimum === undefined || minimum < -1e9 ? '' : `${minimum}`
  const most = maximum === undefined || maximum > 1e9 ? '' : `${maximum}`
  const range = least === '' && most === '' ? '' : ` ${least}…${most}`
  return type === undefined ? '' : `${type}${range}`
}

/** As a policy that says nothing has it. */
function defaultOf(path: string, { pattern }: Schema): string {
  const value = path
    .split('.')
    .reduce<unknown>((held, key) => (held as Record<string, unknown> | undefined)?.[key], silent)
  if (value === undefined || path === 'description' || path === 'decide.deciders') return ''
  if (typeof value !== 'number') return `\`${JSON.stringify(value)}\``
  if (pattern?.includes('ms|s|m|h') === true) return formatDuration(value)
  return pattern?.includes('%') === true ? `${Number((value * 100).toPrecision(12))}%` : String(value)
}

const { spec: silent } = policyDocument.parse({
  apiVersion,
  kind: 'Policy',
  metadata: { name: 'silent' },
  spec: { description: '', decide: { deciders: ['progress'] } },
})
