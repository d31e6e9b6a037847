import { InvalidInput, type Problem } from '../model/problem.ts'
import { renderColumns } from './columns.ts'
import { loadParameters } from './load/load-parameters.ts'

interface ParameterRow {
  readonly parameter: string
  readonly value: string
  readonly source: string
}

/** Every parameter with its value as it is written and its source: the shipped ones, and over them those of a file. */
export function showParameters(
  file: string | undefined,
  { json, columns }: { readonly json: boolean; readonly columns: number },
): string {
  const problems: Problem[] = []
  const loaded = loadParameters(file === undefined ? [] : [file], problems)
  if (loaded === undefined) throw new InvalidInput(problems)
  const rows = rowsOf(loaded.written, '')
  if (json) return `${JSON.stringify(rows, null, 1)}\n`
  return renderColumns(
    ['parameter', 'value', 'source'],
    rows.map(({ parameter, value, source }) => [parameter, value, source]),
    columns,
  )
}

/** What is written below a key; a map with a source is one parameter. */
function rowsOf(written: unknown, key: string): ParameterRow[] {
  if (typeof written !== 'object' || written === null) return []
  const { source, ...rest } = written as Record<string, unknown>
  if (typeof source === 'string') return [{ parameter: key, value: describe(rest), source }]
  return Object.entries(written).flatMap(([name, child]) => rowsOf(child, key === '' ? name : `${key}.${name}`))
}

/** `median 2.5m, sigma 0.9`; a single value stands without its name. */
function describe(entry: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(entry).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
  if (parts.length === 1) return parts[0]![1]!
  return parts.map(part => part.join(' ')).join(', ')
}
