import type { CompiledQuery } from './compile.ts'
import type { QueryResult } from './eval/result.ts'
import type { Storage } from './storage.ts'

/**
 * Answers an instant query. The order of a vector is that of the label sets for selectors and functions of them, of first members for aggregations, of the left
 * side for binary operators; a range selector's series stand in the order of their label sets.
 * @throws QueryExecutionError where Prometheus answers with an execution error, such as many-to-many matching
 */
export function evaluate(query: CompiledQuery, storage: Storage, atMs: number): QueryResult {
  return query.run({ storage, atMs })
}
