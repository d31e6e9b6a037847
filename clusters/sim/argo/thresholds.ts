import type { AnalysisTemplate, Metric } from '../../manifests/argo-types.ts'
import type { Node } from '../expr/ast.ts'
import { ExpressionError } from '../expr/expression-error.ts'
import { tokenize } from '../expr/lexer.ts'
import { parse } from '../expr/parser.ts'

/** The number that a condition compares a measured value with, and where it stands, in UTF-16 units. */
interface Limit {
  readonly value: number
  /** The condition is met by what lies above it, or below. */
  readonly metBy: 'above' | 'below'
  readonly from: number
  readonly to: number
}

/**
 * The number that a metric's values are held against: the one in its failureCondition, or in its successCondition where that says
 * nothing.
 * @returns undefined where there is none, or more than one, so that it cannot be told which is meant
 */
export function thresholdOf({ failureCondition = '', successCondition = '' }: Metric): number | undefined {
  return limitIn(failureCondition)?.value ?? limitIn(successCondition)?.value
}

/** On which side of its limit a metric fails. */
export function failsOn({ failureCondition = '', successCondition = '' }: Metric): 'above' | 'below' {
  const failing = limitIn(failureCondition)
  if (failing !== undefined) return failing.metBy
  return limitIn(successCondition)?.metBy === 'above' ? 'below' : 'above'
}

/** The first limit that there is. */
export function firstLimit(
  templates: readonly AnalysisTemplate[],
): { readonly template: string; readonly metric: string; readonly value: number } | undefined {
  for (const { metadata, spec } of templates)
    for (const metric of spec.metrics ?? []) {
      const value = thresholdOf(metric)
      if (value !== undefined) return { template: metadata.name, metric: metric.name, value }
    }
  return undefined
}

/**
 * The templates with the first limit as tight as an error ratio: where values above it are good, they have to exceed the rest.
 */
export function withErrorLimit(
  templates: readonly AnalysisTemplate[],
  errorRatio: number,
): readonly AnalysisTemplate[] {
  const limit = firstLimit(templates)
  if (limit === undefined) return templates
  const { metrics = [] } = templates.find(({ metadata }) => metadata.name === limit.template)!.spec
  const metric = metrics.find(({ name }) => name === limit.metric)!
  const value = failsOn(metric) === 'above' ? errorRatio : 1 - errorRatio
  const changed = withLimit(templates, limit.template, limit.metric, value)
  return typeof changed === 'string' ? templates : changed.templates
}

/**
 * The templates with another limit in one metric, in both of its conditions where both have the same.
 * @returns why that cannot be
 */
export function withLimit(
  templates: readonly AnalysisTemplate[],
  template: string,
  metric: string,
  toValue: number,
): { readonly templates: readonly AnalysisTemplate[]; readonly fromValue: number } | string {
  const owner = templates.find(({ metadata }) => metadata.name === template)
  if (owner === undefined) return `there is no AnalysisTemplate ${template}`
  const old = owner.spec.metrics?.find(({ name }) => name === metric)
  if (old === undefined) return `${template} has no metric ${metric}`
  const fromValue = thresholdOf(old)
  if (fromValue === undefined) return `the conditions of ${metric} have no single limit`
  const changed = { ...old }
  for (const key of ['failureCondition', 'successCondition'] as const) {
    const condition = old[key]
    const limit = condition === undefined ? undefined : limitIn(condition)
    if (condition !== undefined && limit?.value === fromValue)
      changed[key] = condition.slice(0, limit.from) + literal(toValue) + condition.slice(limit.to)
  }
  const metrics = owner.spec.metrics!.map(one => (one === old ? changed : one))
  const widened = { ...owner, spec: { ...owner.spec, metrics } }
  return { templates: templates.map(one => (one === owner ? widened : one)), fromValue }
}

/** As the condition language writes it: no exponent, at most six decimals. */
function literal(value: number): string {
  return value.toFixed(6).replace(/\.?0+$/, '')
}

const comparisons = ['<', '<=', '>', '>=']

/** A length of the result is no measured value. */
function limitIn(condition: string): Limit | undefined {
  const found: { number: Node & { kind: 'integer' | 'float' }; metBy: Limit['metBy'] }[] = []
  try {
    visit(parse(condition), node => {
      if (node.kind !== 'binary' || !comparisons.includes(node.operator)) return
      const isGreater = node.operator.startsWith('>')
      for (const [number, other, metBy] of [
        [node.left, node.right, isGreater ? 'below' : 'above'],
        [node.right, node.left, isGreater ? 'above' : 'below'],
      ] as const)
        if ((number.kind === 'integer' || number.kind === 'float') && isMeasured(other)) found.push({ number, metBy })
    })
    const [one, ...others] = found
    if (one === undefined || others.length > 0) return undefined
    const { offset: from, value } = one.number
    const text = tokenize(condition).find(({ offset }) => offset === from)!.value
    return { value: Number(value), metBy: one.metBy, from, to: from + text.length }
  } catch (error) {
    if (error instanceof ExpressionError) return undefined
    throw error
  }
}

/** `result` itself or something that it contains. */
function isMeasured(node: Node): boolean {
  if (node.kind === 'identifier') return node.name === 'result'
  return node.kind === 'member' && isMeasured(node.object)
}

function visit(node: Node, each: (node: Node) => void): void {
  each(node)
  for (const child of Object.values(node) as unknown[])
    for (const one of Array.isArray(child) ? (child as unknown[]) : [child]) if (isNode(one)) visit(one, each)
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'kind' in value && 'offset' in value
}
