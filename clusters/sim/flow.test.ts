import { expect, test } from 'vitest'
import { disturbedServices } from './flow.ts'

const trouble = (fromMs: number, toMs: number, service = 'payments') => ({
  service,
  fromMs,
  toMs,
  errorRatio: 0.5,
  timeFactor: 3,
  capacityFactor: 0.25,
})

test('a service suffers from its troubles while they last, and from two at once', () => {
  const services = [trouble(0, 20_000), trouble(10_000, 30_000), trouble(10_000, 20_000, 'database')]
  const one = { errorRatio: 0.5, timeFactor: 3, capacityFactor: 0.25 }
  const both = { errorRatio: 0.75, timeFactor: 9, capacityFactor: 0.0625 }
  expect(disturbedServices(services, 0)).toEqual({ payments: one })
  expect(disturbedServices(services, 10_000)).toEqual({ payments: both, database: one })
  expect(disturbedServices(services, 20_000)).toEqual({ payments: one })
  expect(disturbedServices(services, 30_000)).toEqual({})
})
