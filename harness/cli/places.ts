import { relative, resolve, sep } from 'node:path'
import { policyDocument } from '../../remediator/policy.ts'
import type { Place, Places } from '../../reports/complaints.ts'
import { suiteDocument } from '../model/suite.ts'
import { type Path, positionOf, type SourceDocument } from '../model/yaml-source.ts'
import { loadDocument, optionMention } from './load/documents.ts'

/**
 * Where the criteria and the policies of a run stand in the files that it was called with. A file that is not below the root, or is no longer
 * what it was, is left out: nobody would look there.
 * @param words as `carmine replay` takes them after a trial's id: `--suite quick --policy policies/mine.yaml`
 * @param root of the repository
 */
export function placesOf(words: readonly string[], root: string): Places {
  const given = (option: string) => words.flatMap((word, i) => (words[i - 1] === option ? [word] : []))
  const suites = given('--suite').flatMap(
    word => loadDocument('suites', optionMention('--suite', word), suiteDocument, []) ?? [],
  )
  const named = given('--policy')
  const policies = (named.length > 0 ? named : suites.flatMap(({ value }) => value.spec.policies)).flatMap(
    word => loadDocument('policies', optionMention('--policy', word), policyDocument, []) ?? [],
  )
  const entry = (name: string, document: SourceDocument, path: Path): [string, Place][] => {
    const file = below(root, document.file)
    return file === undefined ? [] : [[name, { file, line: positionOf(document, path).line }]]
  }
  return {
    policies: Object.fromEntries(policies.flatMap(({ name, document }) => entry(name, document, ['metadata', 'name']))),
    criteria: Object.fromEntries(
      suites.flatMap(({ value, document }) =>
        value.spec.criteria.flatMap(({ text }, i) => entry(text, document, ['spec', 'criteria', i])),
      ),
    ),
  }
}

/** The path below the root with `/`; undefined for what is outside, or installed there. */
function below(root: string, file: string): string | undefined {
  const parts = relative(root, resolve(file)).split(sep)
  return parts[0] === '..' || parts.includes('node_modules') || resolve(file) === parts.join(sep)
    ? undefined
    : parts.join('/')
}
