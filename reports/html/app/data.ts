import type { Summary } from '../../../harness/judge/summary.ts'
import type { Table } from '../../tables.ts'
import type { Timeline } from '../../timeline/timeline.ts'

/** What bounds a criterion, in its measure's unit. */
export interface Limit {
  readonly operator: '<' | '<=' | '>' | '>='
  readonly bound: number
}

/** What the page is made of, as it stands in it. */
export interface ReportData {
  readonly summary: Summary
  /** What bounds each criterion, in their order; null where nothing is known of it. */
  readonly limits: readonly (Limit | null)[]
  /** The run against its baseline; null where it has none. */
  readonly baseline: Table | null
  /** Of the notable trials. */
  readonly timelines: readonly Timeline[]
  /** What each detector finds, by name. */
  readonly detectors: Readonly<Record<string, string>>
}

/** The data block of the page: JSON, gzip, base64. */
export async function readData(): Promise<ReportData> {
  const bytes = Uint8Array.from(atob(document.getElementById('data')!.textContent!.trim()), character =>
    character.charCodeAt(0),
  )
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return (await new Response(plain).json()) as ReportData
}

/** Policies under test, in the order in which they were run. */
export function policiesOf({ levels }: Summary): string[] {
  return [...new Set(levels.map(({ policy }) => policy))]
}

/** Families of scenarios, in the order of the catalogue. */
export function familiesOf({ scenarios }: Summary): string[] {
  return [...new Set(scenarios.map(({ family }) => family))]
}

/** Levels that were run, ascending. */
export function levelsOf({ levels }: Summary): string[] {
  return [...new Set(levels.map(({ level }) => level))].sort()
}
