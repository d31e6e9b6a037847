import type { ResultRow, ScenarioRow } from '../../../harness/judge/summary.ts'
import type { CsvRow } from './csv.ts'
import { levelMeasures } from './measures.ts'
import type { View } from './view.ts'

export function isShown({ policy, level }: Pick<ResultRow, 'policy' | 'level'>, view: View): boolean {
  return (view.policy === null || view.policy === policy) && (view.level === null || view.level === level)
}

/** All that is drawn of rows, and their counts. */
export function csvOfRows(rows: readonly (ResultRow | ScenarioRow)[]): CsvRow[] {
  const head = ['policy', 'level', 'sameAs', 'scenario', 'family', 'faulty', 'twins', 'scares']
  const figures = levelMeasures.flatMap(({ id, p95 }) => [
    id,
    `${id}.low`,
    `${id}.high`,
    ...(p95 === undefined ? [] : [`${id}.p95`]),
  ])
  const body = rows.map(row => [
    row.policy,
    row.level,
    row.sameAs,
    'scenario' in row ? row.scenario : null,
    'scenario' in row ? row.family : null,
    row.faulty.n,
    row.twins.n,
    row.scares.n,
    ...levelMeasures.flatMap(({ of, p95 }) => {
      const { value, low, high } = of(row)
      return [value, low, high, ...(p95 === undefined ? [] : [p95(row)])]
    }),
  ])
  return [[...head, ...figures], ...body]
}

/** Neighbouring rows of one name of which the same is told, as one row from the first to the last level. */
export function levelRanges<T extends ResultRow>(
  rows: readonly T[],
  told: (row: T) => string,
): { readonly row: T; readonly levels: string }[] {
  const ranges: { row: T; to: string; text: string }[] = []
  for (const row of rows) {
    const text = told(row)
    const last = ranges.at(-1)
    if (last !== undefined && last.text === text && last.row.policy === row.policy) last.to = row.level
    else ranges.push({ row, to: row.level, text })
  }
  return ranges.map(({ row, to }) => ({ row, levels: row.level === to ? to : `${row.level}–${to}` }))
}
