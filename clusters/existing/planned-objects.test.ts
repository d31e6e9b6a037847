import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { harmless } from '../../harness/model/behaviour.ts'
import type { Level } from '../../harness/model/effect.ts'
import { steadyLoad } from '../../harness/model/load.ts'
import type { ReleasePatch } from '../../harness/model/release.ts'
import { undisturbed } from '../../harness/model/trial.ts'
import { defaultTelemetry } from '../manifests/telemetry.ts'
import type { ClusterTrial } from '../stage/cluster-trial.ts'
import type { K6 } from '../stage/k6-check.ts'
import { readClusterSettings } from '../stage/settings.ts'
import { plannedObjects } from './planned-objects.ts'

const folder = new URL('../../scenarios/subject/', import.meta.url)
const manifests = readdirSync(folder)
  .filter(name => name.endsWith('.yaml'))
  .map(name => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }))

function trial(level: Level, target: ReleasePatch['target']): ClusterTrial {
  const release = { target, before: 'opaque', after: 'other', repaired: 'third', intent: null }
  const named = { scenario: 'any', family: 'errors', variant: 'faulty' as const, seed: 1, causes: [] }
  const load = { requestsPerSecond: 50, load: steadyLoad, dispersionIndex: 1, baseErrorRatio: 0.001 }
  const calm = { disturbances: undisturbed, incident: null, decoy: null, noiseFree: false, behaviour: harmless }
  const plan = { ...named, ...load, ...calm, release, deployAtMs: 30_000, horizonMs: 90_000, endMs: 90_000 }
  return { plan: plan as unknown as ClusterTrial['plan'], policy: 'careful', level, analysis: 'live', step: () => [] }
}

function namesOf(trials: readonly ClusterTrial[], k6: K6): string[] {
  const load = { k6, script: 'export default () => {}' }
  const suite = { settings: readClusterSettings({}), manifests, telemetry: defaultTelemetry, trials, load }
  const objects = plannedObjects({ ...suite, subjectImage: 'subject:1' }, 'team-a')
  return objects.map(({ kind, metadata: { name } }) => `${kind} ${name}`)
}

const inCluster = { image: 'grafana/k6' }

test('what any of the trials makes is planned, once', () => {
  const [env, config] = [trial('L1', 'env'), trial('L4', 'configKey')]
  const both = namesOf([env, config], inCluster)
  const apart = new Set([...namesOf([env], inCluster), ...namesOf([config], inCluster)])
  expect(new Set(both)).toEqual(apart)
  expect(both).toHaveLength(apart.size)
  // Each of the two brings what the other does not.
  expect(both.length).toBeGreaterThan(namesOf([env], inCluster).length)
  expect(both).toContain('Role carmine-engine-remedy')
})

test('the load is a Job in the cluster, or a Service that lets it in from here', () => {
  expect(namesOf([trial('L1', 'env')], inCluster)).toContain('Job load')
  const local = namesOf([trial('L1', 'env')], { program: 'k6' })
  expect(local).toContain('Service load-entry')
  expect(local).not.toContain('Job load')
})
