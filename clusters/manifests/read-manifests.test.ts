import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { formatProblem } from '../../harness/model/problem.ts'
import { readManifests } from './read-manifests.ts'

const subject = new URL('../../scenarios/subject/', import.meta.url)
const names = ['rollout.yaml', 'services.yaml', 'payments.yaml', 'analysis.yaml', 'telemetry.yaml'] as const
const shipped = (name: string) => ({ name, text: readFileSync(new URL(name, subject), 'utf8') })
const files = names.map(shipped)

type Name = (typeof names)[number]

/** The shipped files with some text of one of them replaced. */
function edited(name: Name, from: string | RegExp, to: string) {
  return files.map(file => {
    if (file.name !== name) return file
    const text = file.text.replace(from, to)
    if (text === file.text) throw new Error(`${name} has no ${from}`)
    return { ...file, text }
  })
}

const problems = (...args: Parameters<typeof readManifests>) => readManifests(...args).problems.map(formatProblem)

/** Line of the edited file that holds a text, to compare with the line of a problem. */
const lineOf = (list: readonly { name: string; text: string }[], name: Name, text: string) =>
  list
    .find(file => file.name === name)!
    .text.split('\n')
    .findIndex(line => line.includes(text)) + 1

describe('the shipped subject', () => {
  const { manifests, inert, problems } = readManifests(files)

  test('has no problem and is read as it stands', () => {
    expect(problems).toEqual([])
    expect(manifests!.rollout.spec.replicas).toBe(10)
    expect(manifests!.rollout.spec.strategy.canary!.steps![1]).toEqual({ pause: { duration: '120s' } })
    expect(manifests!.services.map(service => service.metadata.name)).toEqual(['checkout', 'payments'])
    expect(manifests!.templates.map(template => template.metadata.name)).toEqual(['error-rate'])
    expect(manifests!.telemetry.requests.labels).toEqual({ method: 'GET' })
    expect(manifests!.rolloutFile).toBe('rollout.yaml')
  })

  test('names what changes nothing in a trial, once each', () => {
    const fields = inert.flatMap(group => group.fields)
    expect(fields).toContain('Deployment payments')
    expect(fields).toContain('Rollout checkout: spec.template.spec.containers[].resources.requests.memory')
    expect(new Set(fields).size).toBe(fields.length)
    expect(inert.every(group => group.reason !== '')).toBe(true)
  })

  test('takes the stock analysis as patches', () => {
    const patches = ['stock-argo/rollout-patch.yaml', 'stock-argo/analysis.yaml'].map(shipped)
    const { manifests, problems } = readManifests(files, { patches })
    expect(problems).toEqual([])
    const { canary } = manifests!.rollout.spec.strategy
    expect(canary!.analysis).toBeUndefined()
    expect(canary!.maxUnavailable).toBe(0)
    expect(canary!.steps!.map(step => Object.keys(step)[0])).toEqual([
      'setWeight',
      'pause',
      'analysis',
      'setWeight',
      'pause',
      'analysis',
      'setWeight',
    ])
    expect(manifests!.templates.map(template => template.metadata.name)).toEqual(['error-rate', 'stock-success-rate'])
  })

  test('a problem of a patch stands at its place in the patch', () => {
    const text = 'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: checkout}\nspec:\n  replicas: -1\n'
    expect(problems_(text)).toEqual(['patch.yaml:5:13: error: `spec.replicas` is below 0'])
    expect(problems_(text.replace('-1', '1001'))).toEqual([
      'patch.yaml:5:13: error: `spec.replicas` is above 1000, the most that is simulated',
    ])
    expect(problems_(text.replace('-1', '1000'))).toEqual([])
  })
  const problems_ = (text: string) =>
    readManifests(files, { patches: [{ name: 'patch.yaml', text }] }).problems.map(formatProblem)
})

describe('what is wrong is told with its place', () => {
  test.each<[string, Name, string | RegExp, string, string]>([
    [
      'an unknown field',
      'rollout.yaml',
      'maxSurge:',
      'maxSurg:',
      '`spec.strategy.canary.maxSurg` is not a field of Rollout (did you mean `maxSurge`?)',
    ],
    [
      'an unknown field of a Service',
      'services.yaml',
      'selector: { app: checkout }',
      'selectors: { app: checkout }',
      '`spec.selectors` is not a field of Service (did you mean `selector`?)',
    ],
    [
      'a number in quotes',
      'rollout.yaml',
      'replicas: 10',
      'replicas: "10"',
      '`spec.replicas`: expected an integer, got the text "10"',
    ],
    [
      'a value that needs quotes',
      'rollout.yaml',
      'value: http://payments',
      'value: 8080',
      '`spec.template.spec.containers[0].env[1].value`: expected text, got 8080 (put it in quotes: "8080")',
    ],
    [
      'a missing name',
      'rollout.yaml',
      '- name: checkout\n',
      '- workingDir: /\n',
      '`spec.template.spec.containers[0].name` is missing',
    ],
    [
      'a map where a list belongs',
      'rollout.yaml',
      'steps:\n        - setWeight: 20\n',
      'steps: {}\n      x:\n        - setWeight: 20\n',
      '`spec.strategy.canary.steps`: expected a list, got a map',
    ],
    [
      'a wrong kind',
      'rollout.yaml',
      'kind: Rollout',
      'kind: Rolout',
      '`Rolout` is not a known kind (did you mean `Rollout`?)',
    ],
    [
      'a wrong version',
      'rollout.yaml',
      'argoproj.io/v1alpha1',
      'argoproj.io/v1',
      '`apiVersion`: Rollout is read as `argoproj.io/v1alpha1`, not as `argoproj.io/v1`',
    ],
    [
      'a weight over 100',
      'rollout.yaml',
      'setWeight: 20',
      'setWeight: 120',
      '`setWeight` is a percentage from 0 to 100, and 120 is not',
    ],
    [
      'a bad pause',
      'rollout.yaml',
      'duration: 120s',
      'duration: 2 min',
      '`2 min` is no duration for a pause; write seconds (30) or a Go duration (30s, 5m, 1h30m)',
    ],
    [
      'a step with two actions',
      'rollout.yaml',
      '- setWeight: 20',
      '- setWeight: 20\n          pause: {}',
      'a step has one action, and this one has 2: setWeight, pause',
    ],
    [
      'no way to replace a pod',
      'rollout.yaml',
      'maxSurge: 25%',
      'maxSurge: 0',
      'maxSurge and maxUnavailable are both 0: no pod could ever be replaced',
    ],
    [
      'a surge of nonsense',
      'rollout.yaml',
      'maxSurge: 25%',
      'maxSurge: lots',
      '`maxSurge` is a number of pods or a percentage such as 25%',
    ],
    [
      'a deadline below minReadySeconds',
      'rollout.yaml',
      'revisionHistoryLimit: 3',
      'minReadySeconds: 600',
      'progressDeadlineSeconds (600) must be greater than minReadySeconds (600)',
    ],
    [
      'no strategy',
      'rollout.yaml',
      '    canary:',
      '    Canary:',
      '`spec.strategy.Canary` is not a field of Rollout (did you mean `canary`?)',
    ],
    [
      'a selector that matches no pod',
      'rollout.yaml',
      'matchLabels: { app: checkout }',
      'matchLabels: { app: check }',
      'the selector wants the label `app: check`, which the pods of the template have as `checkout`',
    ],
    [
      'a Service without pods',
      'services.yaml',
      'selector: { app: payments }',
      'selector: { app: payment }',
      'Service `payments` picks no pod of these files: none has the labels `app: payment`',
    ],
    [
      'a Service that is not there',
      'rollout.yaml',
      'maxSurge: 25%',
      'maxSurge: 25%\n      stableService: chekout',
      'there is no Service `chekout` in these files (did you mean `checkout`?)',
    ],
    [
      'a port that the pods do not have',
      'services.yaml',
      'targetPort: http ',
      'targetPort: web ',
      'the pods of Rollout `checkout` have no port `web`',
    ],
    [
      'a probe of no port',
      'rollout.yaml',
      'port: http ',
      'port: htp ',
      'the container has no port `htp`, so that its pods would never be ready (did you mean `http`?)',
    ],
    [
      'a wrong hash value',
      'rollout.yaml',
      'podTemplateHashValue: Latest',
      'podTemplateHashValue: Lates',
      '`podTemplateHashValue`: expected `Latest` or `Stable`, got `Lates` (did you mean `Latest`?)',
    ],
    [
      'a template that is not there',
      'rollout.yaml',
      'templateName: error-rate',
      'templateName: eror-rate',
      'there is no AnalysisTemplate `eror-rate` in these files (did you mean `error-rate`?)',
    ],
    [
      'a cluster template that is a plain one',
      'rollout.yaml',
      'templateName: error-rate',
      'templateName: error-rate\n            clusterScope: true',
      'there is no ClusterAnalysisTemplate `error-rate` in these files (there is a template of this name in the other scope: leave out `clusterScope`)',
    ],
    [
      'an argument without a value',
      'rollout.yaml',
      / {10}- name: namespace\n.*\n/,
      '',
      'the argument `namespace` of template `error-rate` gets no value here',
    ],
    [
      'a path that leads nowhere',
      'rollout.yaml',
      'fieldPath: metadata.namespace',
      'fieldPath: spec.namespace',
      'invalid path spec.namespace in rollout',
    ],
    [
      'an argument that is not declared',
      'analysis.yaml',
      '- name: canary-hash',
      '- name: canaryhash',
      "`{{args.canary-hash}}` is none of the template's arguments (did you mean `{{args.canaryhash}}`?)",
    ],
    [
      'a count that the limit exceeds',
      'analysis.yaml',
      'interval: 30s',
      'interval: 30s\n      count: 2',
      'count (2) is below failureLimit + consecutiveSuccessLimit (3 + 0)',
    ],
    [
      'a bad interval',
      'analysis.yaml',
      'interval: 30s',
      'interval: 30',
      '`spec.metrics[0].interval`: expected text, got 30 (put it in quotes: "30")',
    ],
    [
      'an interval without unit',
      'analysis.yaml',
      'interval: 30s',
      'interval: "30"',
      '`interval`: `30` is not a duration; write 30s, 5m or 1h30m',
    ],
    ['a count without interval', 'analysis.yaml', 'interval: 30s', 'count: 5', '`interval` is missing, and count is 5'],
    ['no provider', 'analysis.yaml', /prometheus:[\s\S]*/, '{}\n', 'a metric has one provider, and this one has none'],
    [
      'a metric that nobody emits',
      'analysis.yaml',
      'sum(rate(http_requests_total{',
      'sum(rate(http_request_total{',
      'nobody emits `http_request_total` (did you mean `http_requests_total`?)',
    ],
    [
      'a label that nobody emits',
      'analysis.yaml',
      'code=~"5.."',
      'status=~"5.."',
      '`http_requests_total` has no label `status` (its labels are service, job, namespace, pod, rollouts_pod_template_hash, instance, method, code)',
    ],
    [
      'a code that nobody emits',
      'analysis.yaml',
      'code=~"5.."',
      'code="503"',
      'no series of `http_requests_total` has `code="503"` (its values are 200, 500)',
    ],
    [
      'another service',
      'analysis.yaml',
      'code=~"5.."',
      'service="chekout"',
      'no series of `http_requests_total` has `service="chekout"` (its values are checkout, payments)',
    ],
    [
      'a function that is not there',
      'analysis.yaml',
      'or vector(0)\n',
      'or vectr(0)\n',
      'PromQL: unknown function with name "vectr"',
    ],
    [
      'blue-green',
      'rollout.yaml',
      '    canary:',
      '    blueGreen: { activeService: checkout }\n    canary:',
      '`spec.strategy.blueGreen` is not supported: blue-green deployments are not simulated; use a canary',
    ],
    [
      'a second Telemetry',
      'payments.yaml',
      /[\s\S]*/,
      shipped('telemetry.yaml').text,
      'Telemetry `checkout` is written twice (first at payments.yaml:3)',
    ],
    [
      'an unknown field of Telemetry',
      'telemetry.yaml',
      'counter:',
      'conter:',
      '`spec.requests.conter` is not a known key (did you mean `counter`?)',
    ],
  ])('%s', (_, name, from, to, expected) => {
    const all = problems(edited(name, from, to))
    expect(all.map(text => text.replace(/^\S+ (error|warning): /, ''))).toContain(expected)
  })

  test('inside a block scalar at the line and column of the word', () => {
    const list = edited('analysis.yaml', 'code=~"5.."', 'status=~"5.."')
    const line = lineOf(list, 'analysis.yaml', 'status=~')
    const column = list[3]!.text.split('\n')[line - 1]!.indexOf('status=~') + 1
    expect(problems(list)[0]).toContain(`analysis.yaml:${line}:${column}: error: `)
  })

  test('a fault of one object raises no false alarm about another', () => {
    for (const [name, from, to] of [
      ['analysis.yaml', 'interval: 30s', 'interval: []'],
      ['rollout.yaml', 'replicas: 10', 'replicas: []'],
      ['services.yaml', 'port: 80,', 'port: [],'],
      ['telemetry.yaml', 'label: code', 'label: []'],
    ] as const) {
      expect(problems(edited(name, from, to))).toEqual([expect.stringContaining(`${name}:`)])
    }
  })

  test.each([
    ['result[0]', 'warning', 25, /expected bool, but got float64$/],
    ['result >= 0.05', 'warning', 21, /^every measurement will be an Error: invalid operation.*/],
    ['isNaN(result) || result[0] > 1', 'warning', 21, /^every measurement will be an Error: /],
    ['result[0] >= ', 'error', 34, /^no condition: /],
    ['len(result) > 0 && rslt[0] > 1', 'error', 40, /^no condition: unknown name rslt/],
  ])('the condition %s', (condition, severity, column, message) => {
    const [problem, ...more] = readManifests(
      edited('analysis.yaml', /failureCondition: .*/, `failureCondition: ${condition}`),
    ).problems
    expect(more).toEqual([])
    expect(problem).toMatchObject({ severity, message: expect.stringMatching(message), column: expect.any(Number) })
    expect(problem!.column).toBeGreaterThanOrEqual(column)
  })

  test('a step analysis that may run for ever', () => {
    const step =
      '- analysis: { templates: [{ templateName: error-rate }], args: [{ name: namespace, value: default }, { name: canary-hash, value: x }] }\n        - setWeight: 100'
    expect(problems(edited('rollout.yaml', '- setWeight: 100', step))).toEqual([
      expect.stringContaining(
        'the metric `error-rate` has an interval and no count, so that this step would never end',
      ),
    ])
  })

  test('a metric that cannot fail, and an argument that no template declares, are warnings', () => {
    const list = edited(
      'rollout.yaml',
      '- name: namespace',
      '- { name: Namespace, value: x }\n          - name: namespace',
    )
    const { manifests, problems } = readManifests(
      list.map(file =>
        file.name === 'analysis.yaml'
          ? { ...file, text: file.text.replace('failureLimit: 3', 'failureLimit: 3\n      count: 3') }
          : file,
      ),
    )
    expect(problems.map(problem => [problem.severity, problem.message])).toEqual([
      ['warning', 'no template of this analysis declares the argument `Namespace`: it is dropped'],
      ['warning', 'the metric cannot fail: it takes 3 measurements and fails with the 4th failed one'],
    ])
    expect(manifests).toBeDefined()
  })

  test('two metrics of one name, and rules that match no metric', () => {
    const twice = edited(
      'analysis.yaml',
      '  metrics:',
      '  dryRun: [{ metricName: eror }, { metricName: "*" }]\n  metrics:\n    - { name: error-rate, provider: { prometheus: { query: "vector(1)" } }, successCondition: "true" }',
    )
    expect(problems(twice).map(text => text.replace(/^\S+ error: /, ''))).toEqual([
      '`eror` matches no metric of this analysis',
      'error parsing regexp: missing argument to repetition operator: `*` (for all metrics write `.*`)',
      'a second metric `error-rate`: there is one in this template',
    ])
  })

  test('no Rollout, and two of them', () => {
    expect(problems(files.slice(1))).toEqual(['services.yaml:1:1: error: there is no Rollout in these files'])
    const second = { name: 'second.yaml', text: files[0]!.text.replace('name: checkout', 'name: other') }
    expect(problems([...files, second])).toEqual([
      'second.yaml:5:9: error: a second Rollout: a trial has one, and there is `checkout`',
    ])
  })

  test('all at once, in the order of the files', () => {
    const list = edited('rollout.yaml', 'setWeight: 20', 'setWeight: 101').map(file =>
      file.name === 'analysis.yaml' ? { ...file, text: file.text.replace('interval: 30s', 'intervall: 30s') } : file,
    )
    expect(problems([...list.slice(1), list[0]!]).map(text => text.split(':')[0])).toEqual([
      'analysis.yaml',
      'rollout.yaml',
    ])
  })
})

describe('lenient', () => {
  test('what is not supported is a warning and left out, with the step or metric that holds it', () => {
    const steps = '- setCanaryScale: { replicas: 1 }\n        - setWeight: 20\n        - experiment: { templates: [] }'
    const list = edited('rollout.yaml', '- setWeight: 20', steps).map(file =>
      file.name === 'rollout.yaml'
        ? { ...file, text: file.text.replace('      analysis:\n', '      analysis:\n        startingStep: 3\n') }
        : file,
    )
    expect(readManifests(list).manifests).toBeUndefined()
    const { manifests, problems } = readManifests(list, { lenient: true })
    expect(problems.map(problem => problem.severity)).toEqual(['warning', 'warning'])
    const { canary } = manifests!.rollout.spec.strategy
    expect(canary!.steps!.slice(0, 2)).toEqual([{ setWeight: 20 }, { pause: { duration: '120s' } }])
    expect(canary!.analysis!.startingStep).toBe(1)
  })

  test('a query that finds nothing is a warning, one that cannot be asked stays an error', () => {
    const severities = (to: string) =>
      readManifests(edited('analysis.yaml', 'code=~"5.."', to), { lenient: true }).problems.map(
        problem => problem.severity,
      )
    expect([severities('code="503"'), severities('code=~')]).toEqual([['warning'], expect.arrayContaining(['error'])])
  })
})

test('a List, nulls and what a cluster writes are taken in stride', () => {
  const items = files.slice(0, 4).flatMap(file => file.text.split('\n---\n'))
  const indented = items
    .map(
      text =>
        `- ${text
          .replaceAll(/^#.*\n/gm, '')
          .trimEnd()
          .replaceAll('\n', '\n  ')}\n`,
    )
    .join('')
  const text = `apiVersion: v1\nkind: List\nitems:\n${indented.replace('spec:', 'status: { phase: Healthy }\n  spec:\n    paused: null\n    restartAt: null')}`
  const { manifests, problems } = readManifests([{ name: 'list.yaml', text }])
  expect(problems).toEqual([])
  expect(manifests!.rollout.spec).not.toHaveProperty('paused')
})
