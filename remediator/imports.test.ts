import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const files = globSync('**/*.ts', { cwd: import.meta.dirname }).filter(file => !file.endsWith('.test.ts'))

it.each(files)('%s imports only the model, the statistics, its own folder and zod', file => {
  const path = join(import.meta.dirname, file)
  const specifiers = [...readFileSync(path, 'utf8').matchAll(/(?:from|import)\s*\(?'([^']+)'/g)].map(
    ([, found]) => found!,
  )
  const foreign = specifiers.filter(specifier => {
    if (!specifier.startsWith('.')) return specifier !== 'zod'
    return !/^(harness\/model|harness\/stats|remediator)\//.test(relative(root, join(dirname(path), specifier)))
  })
  expect(foreign).toEqual([])
})
