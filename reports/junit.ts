import type { CriterionResult, Summary } from '../harness/judge/summary.ts'
import { formatObserved } from './criteria-table.ts'
import { escapeAttribute, escapeText } from './xml.ts'

const findingsTold = 10

/**
 * The criteria of a run as JUnit XML: one suite for each scenario (or the whole of them), policy and level; an inconclusive criterion is
 * an error, for it has not passed.
 */
export function renderJunit(summary: Summary): string {
  const { criteria, suite, version, seed, backend, wallMs } = summary
  const suites = Map.groupBy(criteria, ({ scenario, policy, level }) => `${scenario ?? suite} / ${policy} / ${level}`)
  const properties = element('properties', {}, [
    ...Object.entries({ version, backend, seed, logDigest: summary.logDigest ?? '' }).map(([name, value]) =>
      element('property', { name, value }),
    ),
  ])
  const body = [...suites].map(([name, cases]) =>
    element('testsuite', { name, ...counts(cases) }, [properties, ...cases.map(one => testCase(one, name, summary))]),
  )
  const whole = element('testsuites', { name: `carmine ${suite}`, ...counts(criteria), time: wallMs / 1000 }, body)
  return `<?xml version="1.0" encoding="UTF-8"?>\n${whole}\n`
}

function counts(criteria: readonly CriterionResult[]) {
  return {
    tests: criteria.length,
    failures: criteria.filter(({ verdict }) => verdict === 'fail').length,
    errors: criteria.filter(({ verdict }) => verdict === 'inconclusive').length,
    skipped: 0,
  }
}

function testCase(criterion: CriterionResult, classname: string, { findings }: Summary): string {
  const { name, verdict, bound } = criterion
  const { observed, interval, confidence } = formatObserved(criterion)
  if (verdict === 'pass') return element('testcase', { classname, name })
  const message = `${verdict === 'fail' ? '' : 'inconclusive: '}observed ${observed}, ${confidence} interval ${interval}, has to be ${bound}`
  const replays = findings.slice(0, findingsTold).map(({ problem, replay }) => `${problem}\n  ${replay}`)
  const text = escapeText([message, ...replays].join('\n'))
  return element('testcase', { classname, name }, [
    element(verdict === 'fail' ? 'failure' : 'error', { message, type: verdict }, [text]),
  ])
}

/** @param children escaped text or elements. */
function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  children: readonly string[] = [],
): string {
  const start = [
    name,
    ...Object.entries(attributes).map(([key, value]) => `${key}="${escapeAttribute(String(value))}"`),
  ].join(' ')
  return children.length === 0 ? `<${start}/>` : `<${start}>\n${children.join('\n')}\n</${name}>`
}
