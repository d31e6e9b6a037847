import type { ResultRow, ScenarioRow } from '../harness/judge/summary.ts'
import type { Level } from '../harness/model/effect.ts'
import { formatLevels, formatRatio, formatSeconds } from './format.ts'

/** What the figures of a table of levels do not show, in sentences. */
export function levelNotes(
  levels: readonly ResultRow[],
  anchors: readonly ResultRow[],
  scenarios: readonly ScenarioRow[],
): string[] {
  const both = [...levels, ...anchors]
  return [
    ...notesOf(levels, row => worstScareNote(row, scenarios)),
    ...notesOf(levels, splitNote),
    ...notesOf(levels, preemptedNote),
    ...notesOf(both, silentActionNote),
    ...notesOf(both, incidentNote),
  ]
}

/** What is said of each row, once for neighbouring levels of which the same is said. */
function notesOf(rows: readonly ResultRow[], note: (row: ResultRow) => string | undefined): string[] {
  const said: { readonly policy: string; readonly from: Level; to: Level; readonly text: string | undefined }[] = []
  for (const row of rows) {
    const { policy, level } = row
    const [text, last] = [note(row), said.at(-1)]
    if (last !== undefined && last.policy === policy && last.text === text) last.to = level
    else said.push({ policy, from: level, to: level, text })
  }
  return said.flatMap(({ policy, from, to, text }) =>
    text === undefined ? [] : [`${policy} ${formatLevels(from, to)}: ${text}`],
  )
}

/** The manifests' own analysis is under test too, and is told from the engine. */
function worstScareNote({ policy, level, falsePositiveRate }: ResultRow, scenarios: readonly ScenarioRow[]) {
  const worst = falsePositiveRate.worstScare.scenario
  const row = scenarios.find(one => one.scenario === worst && one.policy === policy && one.level === level)
  if (row === undefined || row.scares.alarmed === 0) return undefined
  const { n, alarmed, byArgoAlone } = row.scares
  return `worst scare ${worst}, blamed in ${alarmed} of ${n}, ${byArgoAlone.alarmed} of them by Argo's analysis alone`
}

function splitNote({ fdrtS: { split, restrictedMean } }: ResultRow): string | undefined {
  if (split.detect === null) return undefined
  const parts = Object.entries(split).map(([name, seconds]) => `${name} ${formatSeconds(seconds)}`)
  return `restricted mean FDRT ${formatSeconds(restrictedMean.value)} = ${parts.join(' + ')}`
}

/** Above 5% the times of two policies are over different trials. */
function preemptedNote({ faulty }: ResultRow): string | undefined {
  if (faulty.preempted <= 0.05 * faulty.n) return undefined
  return `${faulty.preempted} of ${faulty.n} reverted before the fault did anything; times not comparable`
}

/** What acts without an alarm is not seen in its false positives. */
function silentActionNote({ twins, falseActionRate }: ResultRow): string | undefined {
  if (twins.acted <= twins.alarmed) return undefined
  const rate = formatRatio(falseActionRate.twins.value)
  return `took action on ${rate} of the healthy twins, on ${twins.acted - twins.alarmed} of them without an alarm`
}

/** No rate holds what is done to a good deploy in trouble that is not its fault. */
function incidentNote({ incidents: { n, acted, byArgoAlone } }: ResultRow): string | undefined {
  if (acted === 0) return undefined
  const byArgo = byArgoAlone.acted === 0 ? '' : ` (${byArgoAlone.acted} by Argo's analysis alone)`
  return `took a wrong action in ${acted} of ${n} incidents beside a good deploy${byArgo}, which is in no rate`
}
