import * as z from 'zod'
import { changes } from './parameters/changes.ts'
import { clients } from './parameters/clients.ts'
import { forge } from './parameters/forge.ts'
import { kubernetes } from './parameters/kubernetes.ts'
import { overridden } from './parameters/override.ts'
import { partialSchema } from './parameters/partial-schema.ts'
import { people } from './parameters/people.ts'
import { services } from './parameters/services.ts'
import { telemetry } from './parameters/telemetry.ts'
import { tools } from './parameters/tools.ts'
import { traffic } from './parameters/traffic.ts'
import { parseWith } from './parse-with.ts'
import type { Problem } from './problem.ts'
import { documentOf } from './schema-types.ts'
import type { SourceDocument } from './yaml-source.ts'

/** Every assumption about the world that is neither scenario nor policy, a section each; every entry names its source. */
const parametersSpec = z.strictObject({
  people,
  forge,
  changes,
  kubernetes,
  services,
  clients,
  telemetry,
  tools,
  traffic,
})
export type Parameters = z.output<typeof parametersSpec>

const wholeDocument = documentOf('Parameters', parametersSpec)

/** Parameters: what a user's file may hold, any part of the shipped one. */
export const parametersDocument = documentOf('Parameters', partialSchema(parametersSpec))

/** Parameters, and as they are written: `written` is the spec of all documents together, of texts and numbers. */
export interface ReadParameters {
  readonly parameters: Parameters
  readonly written: unknown
}

/**
 * The whole document, and over it each of the others, of which the later ones win. Whatever they change without naming a source has
 * the file as its source.
 * @returns undefined, with every problem, where a document is wrong; problems are placed in the document that brings them
 */
export function readParameters(
  whole: SourceDocument,
  others: readonly SourceDocument[] = [],
): { value: ReadParameters | undefined; problems: readonly Problem[] } {
  const problems: Problem[] = []
  let document = whole
  let parsed = parseWith(wholeDocument, whole)
  problems.push(...parsed.problems)
  for (const other of others) {
    const part = parseWith(parametersDocument, other)
    problems.push(...part.problems)
    if (problems.length > 0) continue
    document = { ...other, value: overridden(document.value, other.value, other.file) }
    parsed = parseWith(wholeDocument, document)
    problems.push(...parsed.problems)
  }
  if (problems.length > 0 || parsed.value === undefined) return { value: undefined, problems }
  return { value: { parameters: parsed.value.spec, written: (document.value as { spec: unknown }).spec }, problems }
}
