import { expect, test } from 'vitest'
import { drawScrape, missed, scrapeNoise } from './scrape-noise.ts'

const parameters = { scrapeLateness: { medianMs: 1, sigma: 1 }, missedScrapes: { share: 0.01 } }
const noise = scrapeNoise(1, 'test', 5000, parameters)
const draws = Array.from({ length: 40_000 }, (_, i) => drawScrape(noise, i % 40, Math.floor(i / 40) * 5000 + (i % 40)))
const share = (is: (ms: number) => boolean) => draws.filter(is).length / draws.length

test('a share of scrapes is missed, within four standard errors', () => {
  expect(Math.abs(share(ms => ms === missed) - 0.01)).toBeLessThan(4 * Math.sqrt((0.01 * 0.99) / draws.length))
})

test('lateness within the tolerance of 2 ms is not seen, and more of it is, as lognormal as it is drawn', () => {
  expect(draws.filter(ms => ms === 1)).toEqual([])
  // ln 2 and ln 9.5 at a median of 1 ms and a log-sd of 1: the upper tails of the standard normal.
  expect(share(ms => ms > 0)).toBeCloseTo(0.99 * 0.2441, 2)
  expect(share(ms => ms >= 10)).toBeCloseTo(0.99 * 0.0122, 2)
  expect(Math.max(...draws)).toBeLessThan(2500)
})

test('a draw belongs to the target and the time that it is due at, whoever asks and in whatever order', () => {
  const again = scrapeNoise(1, 'test', 5000, parameters)
  expect(drawScrape(again, 7, 125_007)).toBe(drawScrape(noise, 7, 125_007))
  // In the same interval it is the same scrape.
  expect(drawScrape(again, 7, 129_999)).toBe(drawScrape(noise, 7, 125_007))
})

test('without lateness and failures every scrape is on time', () => {
  const punctual = scrapeNoise(1, 'test', 5000, {
    scrapeLateness: { medianMs: 1e-9, sigma: 0.1 },
    missedScrapes: { share: 0 },
  })
  expect(draws.every((_, i) => drawScrape(punctual, i % 40, i * 5000) === 0)).toBe(true)
})
