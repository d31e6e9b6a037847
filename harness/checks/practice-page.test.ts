import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadPlan } from '../cli/load/load-plan.ts'
import { inputsDigest, practiceSuite } from '../cli/practice-page.ts'

const root = join(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/state-of-practice.md'), 'utf8')
const [, told] = /^<!-- inputs ([0-9a-f]{64}) -->$/m.exec(page) ?? []
const [, seed, seeds] = /`npx carmine practice --seed (\d+) --seeds (\d+)`/.exec(page) ?? []

describe('docs/state-of-practice.md', () => {
  it('is of the scenarios, policies and manifests that there are', () => {
    const { plan } = loadPlan({ suite: practiceSuite, seed: Number(seed), seeds: Number(seeds), lenient: false })
    const command = `npx carmine practice --seed ${seed} --seeds ${seeds} > docs/state-of-practice.md`
    expect(told, `inputs have changed: make the page again by ${command}`).toBe(inputsDigest(plan))
  })

  it('leaves no failure of a gate without a reason', () => {
    expect(page).not.toContain('Not explained')
  })

  it('links to files that exist', () => {
    const links = [...page.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) => path!)
    expect(links.length).toBeGreaterThan(0)
    expect(links.filter(path => !existsSync(join(root, 'docs', path)))).toEqual([])
  })
})
