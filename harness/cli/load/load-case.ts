import * as z from 'zod'
import { checkShape } from '../../../clusters/manifests/check-shape.ts'
import { readKinds } from '../../../clusters/manifests/kinds.ts'
import type { ManifestObject } from '../../../clusters/manifests/manifest-object.ts'
import { createReport } from '../../../clusters/manifests/report.ts'
import type { CaseFile } from '../../../clusters/sim/argo/case-file.ts'
import { parseWith } from '../../model/parse-with.ts'
import { InvalidInput, type Problem } from '../../model/problem.ts'
import { type Path, readDocument, type SourceDocument } from '../../model/yaml-source.ts'
import { displayName, readInput } from './read-input.ts'

const manifest = z.looseObject({ kind: z.string(), metadata: z.looseObject({ name: z.string() }) })

const map = z.looseObject({})

const rollout = z.looseObject({
  kind: z.literal('Rollout'),
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({ template: map, strategy: map }),
})

/** A merge patch: what it holds may be null, which removes. */
const patch = z.looseObject({ spec: z.looseObject({ template: map.optional(), strategy: map.optional() }).optional() })

const userActions = [
  'abort',
  'retry',
  'promote',
  'promote-full',
  'undo',
  'pause',
  'update',
  'scale',
  'terminate-run',
] as const

const action = z.looseObject({
  at: z.number().min(0).optional(),
  do: z.enum(userActions),
  patch: patch.optional(),
  toRevision: z.int().optional(),
})

const seconds = z.number().nullish()

const recordedPod = z.looseObject({
  rs: z.string(),
  created: z.number(),
  ready: z.union([z.number(), z.array(z.number())]).nullish(),
  terminating: seconds,
  gone: seconds,
  restarts: seconds,
})

const sample = z.union([z.number(), z.string()])

const signal = z.looseObject({
  from: z.number(),
  value: sample.optional(),
  values: z.array(sample).optional(),
  scalar: sample.optional(),
  string: z.string().optional(),
  error: z.string().optional(),
  badRequest: z.string().optional(),
  delay: z.number().min(0).optional(),
})

/** A case with whatever else it holds, such as its recordings. */
const caseSchema = z.looseObject({
  name: z.string(),
  rollout,
  services: z.array(manifest).optional(),
  templates: z.array(manifest).optional(),
  setup: z.array(action).optional(),
  update: patch.optional(),
  signals: z.record(z.string(), z.array(signal).min(1)).optional(),
  actions: z.array(action).optional(),
  observe: z.number().positive().max(86_400),
  conditionsOfRecording: z
    .looseObject({
      updateAtFractionOfSecond: seconds,
      patchReturnedAfter: seconds,
      pods: z.array(recordedPod).nullish(),
    })
    .optional(),
})

/** Reads a recorded case of the Argo controller. @throws InvalidInput with all its problems. */
export function loadCase(path: string): CaseFile {
  const problems: Problem[] = []
  const bytes = readInput(path, problems)
  if (bytes === undefined) throw new InvalidInput(problems)
  const { document, problems: syntax } = readDocument(displayName(path), bytes)
  if (document === undefined) throw new InvalidInput(syntax)
  const parsed = parseWith(caseSchema, document)
  if (parsed.value === undefined) throw new InvalidInput(parsed.problems)
  const { services = [], templates = [] } = parsed.value
  const objects: [Path, string][] = [
    [['rollout'], 'Rollout'],
    ...services.map((one, i): [Path, string] => [['services', i], one.kind]),
    ...templates.map((one, i): [Path, string] => [['templates', i], one.kind]),
  ]
  const shapes = objects.flatMap(([base, kind]) => shapeProblems(document, base, kind))
  if (shapes.length > 0) throw new InvalidInput(shapes)
  return document.value as CaseFile
}

function shapeProblems(document: SourceDocument, base: Path, kind: string): readonly Problem[] {
  const known = readKinds[kind]
  if (known === undefined) return []
  const value = base.reduce<unknown>((parent, key) => (parent as Record<string | number, unknown>)[key], document.value)
  const object: ManifestObject = {
    kind,
    apiVersion: known.apiVersion,
    name: '',
    value: value as Record<string, unknown>,
    sources: [{ document, base }],
  }
  const report = createReport(false)
  checkShape(report, object, known.fields)
  return report.problems
}
