import { levels } from '../../harness/model/effect.ts'
import type { ClusterSuite } from '../stage/cluster-suite.ts'
import { loadOf } from '../stage/cluster-trial.ts'
import { loadManifests } from '../stage/job-load.ts'
import { loadEntry, type ServiceObject } from '../stage/local-load.ts'
import { stageManifests } from '../stage/set-stage.ts'
import { kindName, type ManifestObject, objectsOf } from './objects.ts'

type Planned = Pick<ClusterSuite, 'settings' | 'manifests' | 'telemetry' | 'trials' | 'load' | 'pauseMs'> & {
  readonly subjectImage: string
}

/** Each trial has its own, which changes no name. */
const anyKey = 'of-the-trial'

/** All that any trial of a run makes in its namespace, its load among it: one object of each kind and name. */
export function plannedObjects(suite: Planned, namespace: string): ManifestObject[] {
  const { settings, manifests, telemetry, load, subjectImage } = suite
  const world = {
    manifests,
    telemetry,
    subjectImage,
    prometheusImage: settings.prometheusImage,
    pauseMs: suite.pauseMs,
  }
  // Of two that differ the one of the highest level stays, at which the engine has the most rights.
  const trials = suite.trials.toSorted((a, b) => levels.indexOf(b.level) - levels.indexOf(a.level))
  const planned = new Map<string, ManifestObject>()
  for (const trial of trials) {
    const { text, service } = stageManifests(world, trial, namespace, anyKey)
    const objects = objectsOf(text)
    if ('image' in load.k6) {
      const job = { ...loadOf(trial.plan), image: load.k6.image, script: load.script, targetUrl: `http://${service}` }
      objects.push(...objectsOf(loadManifests(job)))
    } else {
      const opened = objects.find(({ kind, metadata }) => kind === 'Service' && metadata.name === service)
      objects.push(loadEntry((opened as ManifestObject & ServiceObject).spec) as ManifestObject)
    }
    for (const object of objects) {
      const key = `${kindName(object)} ${object.metadata.name}`
      if (!planned.has(key)) planned.set(key, object)
    }
  }
  return [...planned.values()]
}
