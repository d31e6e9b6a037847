import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CanaryStep, Rollout } from '../../../clusters/manifests/argo-types.ts'
import type { ManifestFile } from '../../../clusters/manifests/manifest-object.ts'
import { readManifests } from '../../../clusters/manifests/read-manifests.ts'
import type { InertFields } from '../../../clusters/manifests/report.ts'
import type { Subject } from '../../../clusters/sim/world-setting.ts'
import { formatDuration } from '../../model/duration.ts'
import type { Problem } from '../../model/problem.ts'
import { displayName, shippedFolder } from './documents.ts'

export interface SubjectOptions {
  /** Users' own files; without them the shipped subject. */
  readonly rollout?: string | undefined
  readonly analysis?: readonly string[] | undefined
  readonly telemetry?: string | undefined
  readonly lenient: boolean
  /** Replaces the duration of timed pauses, in ms. */
  readonly pauseMs: number | undefined
}

export const shippedFiles = ['rollout', 'services', 'payments', 'analysis'].map(name => `subject/${name}.yaml`)
const shippedTelemetry = 'subject/telemetry.yaml'

/** The environment variable that a release's configuration stands in; on users' manifests it is added to the first container. */
const releaseVariable = 'RELEASE'

/**
 * Reads the manifests under test.
 * @param patches merge patches and further templates that belong to a policy, as paths from the project's root or the current folder.
 */
export function loadSubject(
  options: SubjectOptions,
  patches: readonly string[],
  problems: Problem[],
): { subject: Subject; inert: readonly InertFields[] } | undefined {
  const own = [options.rollout, ...(options.analysis ?? [])].filter(file => file !== undefined)
  const base = own.length > 0 ? own : shippedFiles.map(file => join(shippedFolder, file))
  const telemetry = options.telemetry ?? join(shippedFolder, shippedTelemetry)
  const files = readAll([...base, telemetry], problems)
  const policyFiles = readAll(patches.map(shippedPath), problems)
  const isPatch = ({ name }: ManifestFile) => name.includes('patch')
  const result = readManifests([...files, ...policyFiles.filter(file => !isPatch(file))], {
    lenient: options.lenient,
    patches: policyFiles.filter(isPatch),
  })
  problems.push(...result.problems)
  if (result.manifests === undefined) return undefined
  const { rollout, templates, telemetry: names, rolloutFile } = result.manifests
  const subject: Subject = {
    rollout: withPauses(rollout, options.pauseMs),
    templates,
    telemetry: names,
    release: { file: rolloutFile, variable: releaseVariable },
  }
  return { subject, inert: result.inert }
}

function readAll(paths: readonly string[], problems: Problem[]): ManifestFile[] {
  return paths.flatMap(path => {
    const name = displayName(path)
    try {
      return [{ name, text: readFileSync(path, 'utf8') }]
    } catch (error) {
      problems.push({
        file: name,
        line: 1,
        column: 1,
        message: `cannot be read: ${(error as Error).message}`,
        severity: 'error',
      })
      return []
    }
  })
}

function shippedPath(path: string): string {
  return path.startsWith('scenarios/') ? join(shippedFolder, path.slice('scenarios/'.length)) : path
}

function withPauses(rollout: Rollout, pauseMs: number | undefined): Rollout {
  const { canary } = rollout.spec.strategy
  if (pauseMs === undefined || canary?.steps === undefined) return rollout
  const duration = formatDuration(pauseMs)
  const steps: CanaryStep[] = canary.steps.map(step =>
    step.pause?.duration === undefined ? step : { pause: { duration } },
  )
  return { ...rollout, spec: { ...rollout.spec, strategy: { ...rollout.spec.strategy, canary: { ...canary, steps } } } }
}
