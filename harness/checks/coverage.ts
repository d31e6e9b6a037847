import { styleText } from 'node:util'
import { type Covered, isBroken, pairedRows, proportionRows, quantileRows, unpairedRows } from './coverage-exact.ts'
import { meanRows } from './coverage-means.ts'
import { type Part, type TimesCase, timesRows } from './coverage-times.ts'

const all = ['median', 'p95', 'restrictedMean'] as const
const noP95 = ['median', 'restrictedMean'] as const

const from = (medianS: number, sigma: number): Part[] => [{ share: 1, medianS, sigma }]
const someNever = (medianS: number, never: number): Part[] => [
  { share: 1 - never, medianS, sigma: 0.5 },
  { share: never },
]
/** Most are dealt with at once; the rest wait for people. */
const someHours = (hours: number): Part[] => [
  { share: 1 - hours, medianS: 60, sigma: 0.5 },
  { share: hours, medianS: 14_400, sigma: 0.8 },
]
const tenMediansS = [20, 30, 40, 60, 90, 120, 180, 260, 400, 700]

/** As carmine's times are: minutes to detect until a horizon of half an hour, or hours until people are done in a day. */
const timesCases: readonly TimesCase[] = [
  { name: 'lognormal, log-sd 0.5', scenarios: [from(100, 0.5)], followedS: [60, 600], measures: all },
  { name: 'lognormal, log-sd 1', scenarios: [from(100, 1)], followedS: [100, 1500], measures: all },
  { name: 'lognormal, log-sd 1.5', scenarios: [from(100, 1.5)], followedS: [300, 6000], measures: all },
  { name: 'lognormal, cut at once', scenarios: [from(100, 1)], followedS: [250, 250], measures: noP95 },
  { name: '30 % never', scenarios: [someNever(60, 0.3)], followedS: [1500, 1800], measures: noP95 },
  { name: '10 % never', scenarios: [someNever(60, 0.1)], followedS: [1500, 1800], measures: noP95 },
  { name: '5 % never', scenarios: [someNever(60, 0.05)], followedS: [1500, 1800], measures: noP95 },
  { name: '20 % after hours', scenarios: [someHours(0.2)], followedS: [20_000, 86_400], measures: all },
  { name: '10 % after hours', scenarios: [someHours(0.1)], followedS: [20_000, 86_400], measures: all },
  { name: '5 % after hours', scenarios: [someHours(0.05)], followedS: [60_000, 86_400], measures: noP95 },
  {
    name: '10 scenarios',
    scenarios: tenMediansS.map(medianS => from(medianS, 0.6)),
    followedS: [1200, 1800],
    measures: all,
  },
  {
    name: '10 scenarios, some not followed long',
    scenarios: tenMediansS.map(medianS => from(medianS, 0.6)),
    followedS: [300, 3000],
    measures: all,
  },
  {
    name: '5 scenarios, 20 % of each never',
    scenarios: [30, 60, 90, 200, 400].map(medianS => someNever(medianS, 0.2)),
    followedS: [1500, 1800],
    measures: noP95,
  },
  {
    name: '5 scenarios, one after hours',
    scenarios: [...[30, 45, 60, 90].map(medianS => from(medianS, 0.5)), from(14_400, 0.8)],
    followedS: [60_000, 86_400],
    measures: all,
  },
]

const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

const parts: readonly [string, () => Covered[]][] = [
  ['Rates, exactly', () => proportionRows([5, 10, 20, 50, 100, 300, 1000])],
  ['Quantiles, exactly', () => quantileRows(upTo(100, 1000))],
  [
    'Differences of rates, exactly',
    () => [
      ...[100, 300].flatMap(n =>
        unpairedRows(n, [
          [0.01, 0.01],
          [0.05, 0.05],
          [0.5, 0.5],
          [0.01, 0.05],
          [0.9, 0.95],
        ]),
      ),
      ...[100, 300].flatMap(n =>
        pairedRows(n, [
          [0.01, 0.01],
          [0.05, 0.05],
          [0.1, 0.1],
          [0.02, 0.06],
        ]),
      ),
    ],
  ],
  ['Times, by simulation', () => [100, 200].flatMap(n => timesCases.flatMap(one => timesRows(one, n, 4000)))],
  ['Means, by simulation', () => meanRows(1500)],
]

const say = (line: string) => process.stdout.write(`${line}\n`)
const percent = (share: number) => `${(100 * share).toFixed(2)} %`

/** How often the intervals of nominal 95 % that carmine prints hold the truth; exits 1 where one breaks its bar. */
for (const [title, rows] of parts) {
  say(`\n${title}`)
  for (const row of rows()) {
    const { method, where, coverage, atLeast, atMost } = row
    const bars = [atLeast && `at least ${100 * atLeast} %`, atMost && `at most ${100 * atMost} %`].filter(Boolean)
    const mark = isBroken(row) ? styleText('red', '✖') : bars.length === 0 ? ' ' : styleText('green', '✔')
    say(`${mark} ${percent(coverage).padStart(8)}  ${method.padEnd(28)} ${where}  (${bars.join(', ') || 'no bar'})`)
    if (isBroken(row)) process.exitCode = 1
  }
}
