import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { CanaryStep, Rollout } from '../../../clusters/manifests/argo-types.ts'
import type { ManifestFile } from '../../../clusters/manifests/manifest-object.ts'
import { readManifests } from '../../../clusters/manifests/read-manifests.ts'
import type { InertFields } from '../../../clusters/manifests/report.ts'
import type { Subject } from '../../../clusters/sim/world-setting.ts'
import { formatDuration } from '../../model/duration.ts'
import type { Problem } from '../../model/problem.ts'
import { shippedFolder } from './documents.ts'
import { displayName, readInput } from './read-input.ts'

/** Users' own files, as the command line names them; without them the shipped service, parameters and topology. */
export interface OwnFiles {
  readonly rollout?: string | undefined
  readonly analysis?: readonly string[] | undefined
  readonly telemetry?: string | undefined
  /** Files of parameters that go over the shipped ones and the suite's. */
  readonly parameters?: readonly string[] | undefined
  /** Name of a shipped topology, or a file. */
  readonly topology?: string | undefined
  /** What the manifests have that is unknown here is a warning. */
  readonly lenient: boolean
}

export interface SubjectOptions extends Pick<OwnFiles, 'rollout' | 'analysis' | 'telemetry' | 'lenient'> {
  /** Replaces the duration of timed pauses, in ms. */
  readonly pauseMs: number | undefined
}

const shippedObjects = ['subject/rollout.yaml', 'subject/services.yaml', 'subject/payments.yaml']

/** The environment variable that a release's configuration stands in; on users' manifests it is added to the first container. */
const releaseVariable = 'RELEASE'

/** Paths of the manifests under test. */
function subjectFiles({ rollout, analysis }: Pick<SubjectOptions, 'rollout' | 'analysis'>): string[] {
  const base = rollout === undefined ? shippedObjects.map(shipped) : [rollout]
  return [...base, ...(analysis ?? (rollout === undefined ? [shipped('subject/analysis.yaml')] : []))]
}

/** The manifests under test, which were validated before, as a real cluster takes them. */
export function subjectManifests(options: Pick<SubjectOptions, 'rollout' | 'analysis'>) {
  return subjectFiles(options).map(path => ({ name: displayName(path), text: readFileSync(path, 'utf8') }))
}

/**
 * Reads the manifests under test.
 * @param patches merge patches and further templates that belong to a policy, as paths from the project's root or the current folder.
 */
export function loadSubject(
  options: SubjectOptions,
  patches: readonly string[],
  problems: Problem[],
): { subject: Subject; inert: readonly InertFields[] } | undefined {
  const telemetry = options.telemetry ?? shipped('subject/telemetry.yaml')
  const unread: Problem[] = []
  const files = readAll([...subjectFiles(options), telemetry], unread)
  const patchFiles = readAll(patches.map(policyFile), unread)
  // Without one file, what the others say of it would be told as missing.
  if (unread.length > 0) {
    problems.push(...unread)
    return undefined
  }
  const result = readManifests(files, { lenient: options.lenient, patches: patchFiles })
  problems.push(...result.problems)
  if (result.manifests === undefined) return undefined
  const { rollout, templates, telemetry: names, rolloutFile, autoscaler } = result.manifests
  const subject: Subject = {
    rollout: withPauses(rollout, options.pauseMs),
    templates,
    telemetry: names,
    autoscaler,
    // Stands in every log: not a path, which would depend on the current folder.
    release: { file: basename(rolloutFile), variable: releaseVariable },
  }
  return { subject, inert: result.inert }
}

function readAll(paths: readonly string[], problems: Problem[]): ManifestFile[] {
  return paths.flatMap(path => {
    const text = readInput(path, problems)
    return text === undefined ? [] : [{ name: displayName(path), text }]
  })
}

function shipped(name: string): string {
  return join(shippedFolder, name)
}

/** Where a manifest stands that a policy names: the shipped ones are below `scenarios/`, wherever the project is. */
export function policyFile(path: string): string {
  return path.startsWith('scenarios/') ? shipped(path.slice('scenarios/'.length)) : path
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
