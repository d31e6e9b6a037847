import { join } from 'node:path'
import { type ReadParameters, readParameters } from '../../model/parameters.ts'
import type { Problem } from '../../model/problem.ts'
import { readDocument, type SourceDocument } from '../../model/yaml-source.ts'
import { shippedFolder } from './documents.ts'
import { displayName, readInput } from './read-input.ts'

/**
 * The shipped parameters, and over them those of the given files, of which the later ones win.
 * @returns undefined where a file is wrong; its problems are added to the list
 */
export function loadParameters(files: readonly string[], problems: Problem[]): ReadParameters | undefined {
  const documents = [join(shippedFolder, 'parameters.yaml'), ...files].map(file => readFile(file, problems))
  const [shipped, ...others] = documents.filter(document => document !== undefined)
  const read = shipped === undefined ? undefined : parametersOf(shipped, others, problems)
  return documents.includes(undefined) ? undefined : read
}

/** The same for one document that has been read. */
export function parametersProblems(document: SourceDocument): readonly Problem[] {
  const problems: Problem[] = []
  const shipped = readFile(join(shippedFolder, 'parameters.yaml'), problems)
  if (shipped !== undefined) parametersOf(shipped, [document], problems)
  return problems
}

function parametersOf(shipped: SourceDocument, others: readonly SourceDocument[], problems: Problem[]) {
  const { value, problems: found } = readParameters(shipped, others)
  problems.push(...found)
  return value
}

function readFile(file: string, problems: Problem[]): SourceDocument | undefined {
  const bytes = readInput(file, problems)
  if (bytes === undefined) return undefined
  const { document, problems: syntax } = readDocument(displayName(file), bytes)
  problems.push(...syntax)
  return document
}
