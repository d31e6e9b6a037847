import { init } from 'es-module-lexer'
import { beforeAll, expect, test } from 'vitest'
import { brokenImports, impurities } from './arrows.ts'

beforeAll(async () => {
  await init
})

test.each([
  [
    'remediator/engine.ts',
    `import { world } from '../clusters/sim/world.ts'`,
    'remediator must not import clusters/sim/world.ts',
  ],
  [
    'remediator/engine.ts',
    `import type { World } from '../clusters/sim/world.ts'`,
    'remediator must not import clusters/sim/world.ts',
  ],
  [
    'remediator/engine.ts',
    `import {\n  a,\n} from '../harness/run/a.ts'`,
    'remediator must not import harness/run/a.ts',
  ],
  ['remediator/engine.ts', `import { load } from 'yaml'`, 'remediator must not use the package yaml'],
  ['remediator/engine.ts', `export * from '../harness/cli/main.ts'`, 'remediator must not import harness/cli/main.ts'],
  ['harness/model/a.ts', `const a = await import('../judge/a.ts')`, 'harness/model must not import harness/judge/a.ts'],
  [
    'harness/model/faults/a.ts',
    `import a from '../../stats-old/a.ts'`,
    'harness/model must not import harness/stats-old/a.ts',
  ],
  [
    'clusters/sim/world.ts',
    `import { step } from '../../remediator/engine.ts'`,
    'clusters must not import remediator/engine.ts',
  ],
  [
    'clusters/live/shell.ts',
    `import { a } from '../../remediator/detectors/a.ts'`,
    'clusters/live must not import remediator/detectors/a.ts',
  ],
  ['harness/judge/a.ts', `import { a } from '../../reports/a.ts'`, 'harness/judge must not import reports/a.ts'],
  ['harness/judge/a.ts', `import { a } from '../run/a.ts'`, 'harness/judge must not import harness/run/a.ts'],
  ['reports/a.ts', `import { a } from '../harness/cli/a.ts'`, 'reports must not import harness/cli/a.ts'],
  [
    'reports/html/app/a.tsx',
    `import { readFileSync } from 'node:fs'`,
    'reports/html/app must not use the package node:fs',
  ],
])('%s must not say %s', (file, text, message) => {
  expect(brokenImports(file, text)).toEqual([`${file}:${text.split('\n').length}: ${message}`])
})

test.each([
  ['remediator/engine.ts', `import type { Look } from '../harness/model/look.ts'\nimport { z } from 'zod'`],
  ['remediator/engine.test.ts', `import fc from 'fast-check'`],
  ['clusters/live/shell.ts', `import { step } from '../../remediator/engine.ts'`],
  ['clusters/kind/trial.ts', `import { shell } from '../live/shell.ts'`],
  ['harness/run/trial.ts', `import { step } from '../../remediator/engine.ts'`],
  ['reports/html/app/a.tsx', `import {\n  useState,\n} from 'preact/hooks'\nconst a = <p>it's a 'test</p>`],
  ['harness/cli/commands/run.ts', `import { html } from '../../../reports/html.ts'`],
])('%s may say %s', (file, text) => {
  expect(brokenImports(file, text)).toEqual([])
})

test('a folder without a rule is refused', () => {
  expect(brokenImports('harness/new/a.ts', '')).toHaveLength(1)
})

test('finds the clock and randomness in deterministic folders, but not in comments, tests or adapters', () => {
  const text = 'const a = 1\nconst t = Date.now()\n// not Math.random\nconst r = Math.random()'
  expect(impurities('remediator/a.ts', text)).toEqual([
    'remediator/a.ts:2: Date.now in a folder that must be deterministic',
    'remediator/a.ts:4: Math.random in a folder that must be deterministic',
  ])
  for (const file of ['remediator/a.test.ts', 'clusters/kind/a.ts', 'harness/cli/a.ts'])
    expect(impurities(file, text)).toEqual([])
})
