import { type Complaint, type Places, placeOf } from './complaints.ts'

/** GitHub shows so many annotations of each kind of a step, and drops the others. */
const perStep = 10

/** Characters of a message that it keeps (actions/runner, ExecutionContext). */
const messageMax = 4096

/**
 * Complaints as workflow commands of GitHub Actions, a line each, which it shows beside the files: at most ten of each kind; where there are
 * more, the tenth counts the rest.
 */
export function renderAnnotations(complaints: readonly Complaint[], places: Places): string {
  return (['error', 'warning', 'notice'] as const)
    .flatMap(severity => {
      const own = complaints.filter(complaint => complaint.severity === severity)
      if (own.length <= perStep) return own.map(complaint => command(complaint, places))
      const more = `${own.length - perStep + 1} more ${severity}s are in the files of the run`
      return [
        ...own.slice(0, perStep - 1).map(complaint => command(complaint, places)),
        `::${severity} title=carmine::${more}`,
      ]
    })
    .map(line => `${line}\n`)
    .join('')
}

function command(complaint: Complaint, places: Places): string {
  const { severity, message, rule } = complaint
  const place = placeOf(complaint, places)
  const properties = [
    ...(place === undefined ? [] : [`file=${escapeProperty(place.file)}`, `line=${place.line}`]),
    `title=${escapeProperty(`carmine: ${rule.name}`)}`,
  ]
  return `::${severity} ${properties.join(',')}::${escapeData(cut(message))}`
}

/** As actions/toolkit does, packages/core/src/command.ts. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}

function cut(text: string): string {
  return text.length > messageMax ? `${text.slice(0, messageMax - 1)}…` : text
}
