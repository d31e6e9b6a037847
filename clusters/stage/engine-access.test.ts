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

const of = (level: (typeof levels)[number]) => rights(engineAccessManifests('shop', 'checkout', level))
const changes = (level: (typeof levels)[number]) => of(level).filter(right => !/^(get|list|watch) /.test(right))

test.each([
  ['L0', []],
  ['L1', ['patch rollouts *', 'patch rollouts/status *']],
  ['L2', ['patch rollouts *', 'patch rollouts/status *']],
  ['L3', ['patch rollouts *', 'patch rollouts/status *']],
  [
    'L4',
    [
      'patch rollouts *',
      'patch rollouts/status *',
      'delete pods *',
      'patch analysistemplates *',
      'patch configmaps checkout-logging',
    ],
  ],
] as const)('at %s the engine may change %j and nothing else', (level, wanted) => {
  expect(changes(level)).toEqual(wanted)
})

test('a level has all rights of the levels below', () => {
  for (const [i, level] of levels.entries())
    if (i > 0) expect(of(level)).toEqual(expect.arrayContaining(of(levels[i - 1]!)))
})

test('no level reads Secrets, all ConfigMaps, or anything outside its namespace', () => {
  const manifests = engineAccessManifests('shop', 'checkout', 'L4')
  expect(rights(manifests).filter(right => /secrets|configmaps \*|\* \*|impersonate|escalate/.test(right))).toEqual([])
  expect(manifests).not.toMatch(/Cluster(Role|RoleBinding)/)
})

test('docs/engine-access.yaml is what the engine gets (else: npm test -- -u engine-access)', async () => {
  const guide = `# Rights of carmine's engine, least for each level. Set the namespace and the Rollout's name, and apply the parts up to your level.
# Made from clusters/stage/engine-access.ts: npm test -- -u engine-access
${engineAccessGuide('default', 'checkout')}`
  await expect(guide).toMatchFileSnapshot(join(import.meta.dirname, '../../docs/engine-access.yaml'))
  expect(rights(guide)).toEqual(of('L4'))
})
