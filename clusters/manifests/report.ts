import type { Problem } from '../../harness/model/problem.ts'
import type { Path, ProblemOptions } from '../../harness/model/yaml-source.ts'
import { type ManifestObject, problemIn } from './manifest-object.ts'

/** Fields that are accepted and change nothing, with why. */
export interface InertFields {
  readonly reason: string
  /** Such as `Rollout checkout: spec.template.spec.affinity`. */
  readonly fields: string[]
}

/** What is told about a set of manifests, gathered over all checks. */
export interface Report {
  readonly lenient: boolean
  readonly problems: Problem[]
  readonly inert: InertFields[]
  /** Parts of objects that are left out after `lenient` made a warning of their error; nothing else is told about them. */
  readonly dropped: { readonly object: ManifestObject; readonly path: Path }[]
}

export function createReport(lenient: boolean): Report {
  return { lenient, problems: [], inert: [], dropped: [] }
}

/** Whether a field is left out, or is inside a part that is. */
export function isDropped(report: Report, object: ManifestObject, path: Path): boolean {
  return report.dropped.some(part => part.object === object && part.path.every((segment, i) => path[i] === segment))
}

/** Adds a problem at a field, unless it is there already or the field is left out. */
export function tell(
  report: Report,
  object: ManifestObject,
  path: Path,
  message: string,
  options?: ProblemOptions,
): void {
  if (isDropped(report, object, path)) return
  const problem = problemIn(object, path, message, options)
  const known = report.problems.some(
    ({ file, line, column, message }) =>
      file === problem.file && line === problem.line && column === problem.column && message === problem.message,
  )
  if (!known) report.problems.push(problem)
}

/** An error that `lenient` makes a warning. */
export function tellUnlessLenient(
  report: Report,
  object: ManifestObject,
  path: Path,
  message: string,
  options: Omit<ProblemOptions, 'severity'> = {},
): void {
  tell(report, object, path, message, { ...options, severity: report.lenient ? 'warning' : 'error' })
}

export function tellInert(report: Report, reason: string, field: string): void {
  const group = report.inert.find(one => one.reason === reason)
  if (group === undefined) report.inert.push({ reason, fields: [field] })
  else if (!group.fields.includes(field)) group.fields.push(field)
}
