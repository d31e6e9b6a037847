import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { levels } from '../../harness/model/effect.ts'
import { engineAccessGuide, engineAccessManifests } from './engine-access.ts'

interface Rule {
  readonly resources: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly verbs: readonly string[]
}

/** `verb resource` of every rule of the roles in some manifests. */
function rights(manifests: string): string[] {
  const documents = parseAllDocuments(manifests).map(
    document => document.toJS() as { readonly kind: string; readonly rules?: readonly Rule[] },
  )
  return documents
    .flatMap(({ rules = [] }) => rules)
    .flatMap(({ resources, resourceNames = ['*'], verbs }) =>
      resources.flatMap(resource => resourceNames.flatMap(name => verbs.map(verb => `${verb} ${resource} ${name}`))),
    )
}

const engaged = { rollout: 'checkout', templates: ['error-rate'] }
const of = (level: (typeof levels)[number]) => rights(engineAccessManifests('shop', engaged, level))
const changes = (level: (typeof levels)[number]) => of(level).filter(right => !/^(get|list|watch) /.test(right))

test.each([
  ['L0', []],
  ['L1', ['patch rollouts checkout', 'patch rollouts/status checkout']],
  ['L2', ['patch rollouts checkout', 'patch rollouts/status checkout']],
  ['L3', ['patch rollouts checkout', 'patch rollouts/status checkout']],
  [
    'L4',
    [
      'patch rollouts checkout',
      'patch rollouts/status checkout',
      'delete pods *',
      'patch analysistemplates error-rate',
      'patch configmaps checkout-logging',
    ],
  ],
] as const)('at %s the engine may change %j and nothing else', (level, wanted) => {
  expect(changes(level)).toEqual(wanted)
})

test('where there are no AnalysisTemplates none may be changed', () => {
  const manifests = engineAccessManifests('shop', { rollout: 'checkout', templates: [] }, 'L4')
  expect(rights(manifests).filter(right => right.includes('analysistemplates'))).toEqual([])
})

test('a level has all rights of the levels below', () => {
  for (const [i, level] of levels.entries())
    if (i > 0) expect(of(level)).toEqual(expect.arrayContaining(of(levels[i - 1]!)))
})

test('no level reads Secrets, all ConfigMaps, or anything outside its namespace', () => {
  const manifests = engineAccessManifests('shop', engaged, 'L4')
  expect(rights(manifests).filter(right => /secrets|configmaps \*|\* \*|impersonate|escalate/.test(right))).toEqual([])
  expect(manifests).not.toMatch(/Cluster(Role|RoleBinding)/)
})

test('docs/engine-access.yaml is what the engine gets (else: npm test -- -u engine-access)', async () => {
  const guide = `# Rights of carmine's engine, least for each level. Set the namespace and the names of the Rollout and its AnalysisTemplates, and apply the parts up to your level.
# Made from clusters/stage/engine-access.ts: npm test -- -u engine-access
${engineAccessGuide('default', engaged)}`
  await expect(guide).toMatchFileSnapshot(join(import.meta.dirname, '../../docs/engine-access.yaml'))
  expect(rights(guide)).toEqual(of('L4'))
})
