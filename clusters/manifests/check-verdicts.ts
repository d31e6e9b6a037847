import { formatPath } from '../../harness/model/parse-with.ts'
import type { Path } from '../../harness/model/yaml-source.ts'
import type { ManifestObject } from './manifest-object.ts'
import { type Report, tellInert, tellUnlessLenient } from './report.ts'
import { verdictOf } from './verdicts.ts'

/**
 * Applies the field table: inert fields are listed, refused ones are told. Where `lenient` lets a refused one pass it is left out with the list
 * item that holds it (the step, the metric), because half of one would be another step.
 */
export function checkVerdicts(report: Report, object: ManifestObject): void {
  const visit = (value: unknown, path: Path): void => {
    const found = verdictOf(object.kind, path)
    if (found?.verdict === 'inert') {
      tellInert(report, found.reason, `${object.kind} ${object.name}: ${plain(path)}`)
      return
    }
    if (found?.verdict === 'refused') {
      tellUnlessLenient(report, object, path, `${formatPath(path)} is not supported: ${found.reason}`, { at: 'key' })
      const item = path.findLastIndex(segment => typeof segment === 'number')
      if (report.lenient) report.dropped.push({ object, path: item < 0 ? path : path.slice(0, item + 1) })
      return
    }
    if (found !== undefined || typeof value !== 'object' || value === null) return
    for (const [key, child] of Object.entries(value)) visit(child, [...path, Array.isArray(value) ? Number(key) : key])
  }
  visit(object.value, [])
}

/** With every index as `[]`, so that a field that all items of a list have is listed once. */
function plain(path: Path): string {
  return path
    .map(segment => (typeof segment === 'number' ? '[]' : `.${segment}`))
    .join('')
    .slice(1)
}
