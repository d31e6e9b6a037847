import { describe, expect, test } from 'vitest'
import { type FieldTree, isList, isMap } from './field-tree.ts'
import { fieldTables } from './fields.ts'
import { readKinds } from './kinds.ts'
import { verdictOf } from './verdicts.ts'

type Path = (string | number)[]

/** Every leaf of a tree, each list once as its first and once as a later item. */
function leaves(tree: FieldTree, path: Path = []): Path[] {
  if (isList(tree)) return [0, 1].flatMap(index => leaves(tree[0], [...path, index]))
  if (!isMap(tree)) return [path]
  return Object.entries(tree).flatMap(([name, child]) => leaves(child, [...path, name.replace('!', '')]))
}

const written = (path: Path) =>
  path
    .map(part => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .slice(1)

describe.each(Object.entries(readKinds))('%s', (kind, { fields }) => {
  const all = leaves(fields)

  test('every field has a verdict, with a reason unless it is honoured', () => {
    expect(all.filter(path => verdictOf(kind, path) === undefined).map(written)).toEqual([])
    for (const path of all) {
      const { verdict, reason } = verdictOf(kind, path)!
      expect(reason === '').toBe(verdict === 'honoured')
    }
  })

  test('every row of the table is about a field that there is', () => {
    const paths = all.map(written)
    const idle = fieldTables[kind]!.flatMap(row => row.fields).filter(field => {
      const pattern = field
        .replace(/\.\*\*$/, '')
        .replaceAll('.', '\\.')
        .replaceAll('*', '\\*')
        .replaceAll(/\[\d?\+?\]/g, '\\[[01]\\]')
      return !paths.some(path => new RegExp(field.endsWith('.**') ? `^${pattern}` : `^${pattern}$`).test(path))
    })
    expect(idle).toEqual([])
  })

  test('no field below a `**` has a verdict of its own', () => {
    const fields = fieldTables[kind]!.flatMap(row => row.fields)
    const wide = fields.filter(field => field.endsWith('.**')).map(field => field.slice(0, -2))
    expect(fields.filter(field => wide.some(prefix => field.startsWith(prefix) && field !== `${prefix}**`))).toEqual([])
  })
})

test('a field of the first container and of the others', () => {
  const name = (index: number) =>
    verdictOf('Rollout', ['spec', 'template', 'spec', 'containers', index, 'name'])!.verdict
  expect([name(0), name(1)]).toEqual(['honoured', 'inert'])
})

test('a map whose fields have verdicts of their own has none, nor has an unknown field', () => {
  expect(verdictOf('Rollout', ['spec', 'strategy', 'canary'])).toBeUndefined()
  expect(verdictOf('Rollout', ['spec', 'strategi'])).toBeUndefined()
})
