import { check } from './checker.ts'
import { compile } from './compile.ts'
import { namesFor } from './environment.ts'
import { ExpressionError } from './expression-error.ts'
import type { StaticType } from './go-type.ts'
import { FLOAT_LIST, FLOAT64, isAny, isBool, typeName } from './go-type.ts'
import { optimize } from './optimizer.ts'
import { parse } from './parser.ts'
import type { Value } from './value.ts'
import { nameOfType } from './value.ts'

/** What a provider measured, in the Go type that it hands to Argo's evaluation. */
export type MetricAnswer =
  | { kind: 'scalar'; value: number } // float64
  | { kind: 'vector'; values: readonly number[] } // []float64, labels lost
  | { kind: 'nil' }

/** A measurement's phase, and the message it gets: empty unless the phase is Error. */
export type Assessment = { phase: 'Successful' | 'Failed' | 'Inconclusive' | 'Error'; message: string }

/** A condition as function of the answer; throws ExpressionError with the message of Argo's error. */
type Condition = (answer: MetricAnswer) => boolean

const TYPES: Readonly<Record<MetricAnswer['kind'], StaticType>> = {
  scalar: FLOAT64,
  vector: FLOAT_LIST,
  nil: undefined,
}

/**
 * The assessment of a measurement by a metric's two conditions, either of which may be empty, as Argo Rollouts v1.9.1,
 * utils/evaluate/evaluate.go EvaluateResult, makes it. Conditions are compiled once for each kind of answer, because
 * their types are checked against it: what fails there is an Error at every measurement, not here.
 */
export function compileConditions(
  successCondition: string,
  failureCondition: string,
): (answer: MetricAnswer) => Assessment {
  const success = conditionOf(successCondition)
  const failure = conditionOf(failureCondition)
  return answer => {
    try {
      const succeeded = success?.(answer)
      const failed = failure?.(answer)
      if (failed ?? succeeded === false) return { phase: 'Failed', message: '' }
      return { phase: (succeeded ?? true) ? 'Successful' : 'Inconclusive', message: '' }
    } catch (error) {
      if (error instanceof ExpressionError) return { phase: 'Error', message: error.message }
      throw error
    }
  }
}

/**
 * What can be told of a condition without a trial: syntax errors, unknown names, types that do not fit a Prometheus
 * vector or scalar, a result that is no bool. Offsets are UTF-16 units from the start of the condition.
 */
export function checkCondition(
  source: string,
  answerKind: 'vector' | 'scalar',
): readonly { message: string; offset: number }[] {
  try {
    const { type, problems } = check(parse(source), namesFor(TYPES[answerKind]))
    if (problems.length > 0 || isBool(type) || isAny(type)) return problems
    return [{ message: `expected bool, but got ${typeName(type)}`, offset: 0 }]
  } catch (error) {
    if (error instanceof ExpressionError) return [{ message: error.message, offset: error.offset ?? 0 }]
    throw error
  }
}

function conditionOf(source: string): Condition | undefined {
  if (source === '') return undefined
  const byKind = new Map<MetricAnswer['kind'], Condition>()
  return answer => {
    const known = byKind.get(answer.kind)
    if (known) return known(answer)
    const condition = compileFor(source, TYPES[answer.kind])
    byKind.set(answer.kind, condition)
    return condition(answer)
  }
}

function compileFor(source: string, type: StaticType): Condition {
  try {
    const root = parse(source)
    const [problem] = check(root, namesFor(type)).problems
    if (problem) throw new ExpressionError(problem.message, problem.offset)
    const run = compile(optimize(root))
    return answer => {
      const value = run(resultOf(answer))
      if (typeof value !== 'boolean') throw new ExpressionError(`expected bool, but got ${nameOfType(value)}`)
      return value
    }
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    return () => {
      throw error
    }
  }
}

function resultOf(answer: MetricAnswer): Value {
  switch (answer.kind) {
    case 'scalar':
      return answer.value
    case 'vector':
      return { tag: 'list', type: FLOAT_LIST, items: answer.values }
    case 'nil':
      return null
  }
}
