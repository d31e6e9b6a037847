import { expect, test } from 'vitest'
import { calm, falselyReverted, faultyScenario, judgedRun, reverted, trial, unnoticed } from './fixtures/trials.ts'
import { summarize } from './summarize.ts'

const careful = ['careful', 'L1'] as const
const nobody = ['null', 'L1'] as const
const seeds = [1, 2, 3, 4]

test('findings: the worst misses first, then good deploys that suffered, then trials that do not count', () => {
  const trials = [
    trial('bad-config', 'faulty', 1, careful, unnoticed),
    trial('bad-config', 'faulty', 2, careful, { ...unnoticed, badRequests: 9_000 }),
    trial('bad-config', 'faulty', 3, careful, reverted),
    trial('bad-config', 'faulty', 4, careful, { ...reverted, revertedMs: {}, badRequests: 100 }),
    trial('bad-config', 'twin', 1, careful, falselyReverted),
    trial('bad-config', 'twin', 2, careful, { ...calm, blamingAlarms: 1 }),
    trial('bad-config', 'twin', 3, careful, calm),
    trial('bad-config', 'twin', 4, careful, calm),
    ...seeds.map(seed => trial('bad-config', 'faulty', seed, nobody, unnoticed)),
    ...seeds.map(seed =>
      trial('bad-config', 'twin', seed, nobody, { ...calm, endPhase: seed === 3 ? 'Degraded' : 'Healthy' }),
    ),
  ]
  const run = judgedRun([faultyScenario('bad-config')], trials, { suite: { levels: ['L1', 'L2'] } })
  const { findings } = summarize({ ...run, replayArguments: ['--suite', "it's mine.yaml", '--lenient'] })
  expect(findings.map(({ trial: id, problem }) => [id, problem])).toEqual([
    ['bad-config/faulty/careful/L1/2', 'the fault was not detected: 9000 bad requests in the 30 min to the horizon'],
    ['bad-config/faulty/careful/L1/1', 'the fault was not detected: 5090 bad requests in the 30 min to the horizon'],
    [
      'bad-config/faulty/careful/L1/4',
      'the bad deploy was not rolled back: 100 bad requests in the 30 min to the horizon',
    ],
    ['bad-config/twin/careful/L1/1', 'a good deploy was rolled back: by the engine 80 s after the deploy'],
    ['bad-config/twin/careful/L1/2', 'a good deploy was called bad: 1 alarm'],
    ['bad-config/twin/careful/L1/3', 'the trial is not valid: the release did not end healthy although nobody acted'],
  ])
  expect(findings[0]!.replay).toBe(
    "carmine replay bad-config/faulty/careful/L1/2 --suite 'it'\\''s mine.yaml' --lenient",
  )
  const onKind = summarize({ ...run, backend: 'kind', artifacts: { dir: 'runs/kind-1', html: '', junit: '' } })
  expect(onKind.findings[0]!.replay).toBe('carmine show runs/kind-1 bad-config/faulty/careful/L1/2')
})

test('where L1 does what L0 does, that nobody rolled back is told of L1, and every other finding of L0 alone', () => {
  const noticed = { ...reverted, revertedMs: {}, badRequests: 100 }
  const rows = (['L0', 'L1'] as const).flatMap(level => [
    trial('bad-config', 'faulty', 1, ['careful', level], noticed),
    trial('bad-config', 'faulty', 2, ['careful', level], unnoticed),
  ])
  const trials = [...rows, ...[1, 2].map(seed => trial('bad-config', 'faulty', seed, nobody, unnoticed))]
  const run = judgedRun([faultyScenario('bad-config')], trials, { suite: { levels: ['L0', 'L1', 'L2'] } })
  const { levels, findings } = summarize(run)
  expect(levels.map(({ sameAs }) => sameAs)).toEqual([null, 'L0', 'L1'])
  expect(findings.map(({ trial: id }) => id)).toEqual([
    'bad-config/faulty/careful/L0/2',
    'bad-config/faulty/careful/L1/1',
  ])
})
