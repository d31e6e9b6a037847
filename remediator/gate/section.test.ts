import { describe, expect, it } from 'vitest'
import { gateSection } from './section.ts'

describe("a policy's gate", () => {
  it('allows no class by default, and enforces', () => {
    const { mode, classes } = gateSection.parse({})
    expect(mode).toBe('enforce')
    expect(Object.values(classes).map(each => each.mode)).toEqual(Array(5).fill('deny'))
  })

  it.each([
    ['errors that may be silenced', { classes: { quietLog: { levels: ['error'] } } }],
    ['limits at more than twice the baseline', { classes: { widenThreshold: { maxFactor: 2.1 } } }],
    ['a class that is not safe', { classes: { delete: { mode: 'allow' } } }],
    ['an unknown key', { protectedKinds: [] }],
    ['a freeze that ends before it begins', { freezes: [{ from: '2h', to: '1h' }] }],
    ['a freeze that is longer than its period', { freezes: [{ from: '2h', to: '30h', every: '24h' }] }],
    ['a freeze without a window', { freezes: [{ from: '2h', to: '2h', every: '24h' }] }],
  ])('cannot have %s', (_, section) => {
    expect(gateSection.safeParse(section).success).toBe(false)
  })

  it('may have a freeze that goes past midnight', () => {
    expect(gateSection.parse({ freezes: [{ from: '22h', to: '6h', every: '24h' }] }).freezes).toHaveLength(1)
  })
})
