import type { LogState } from '../../../clusters/sim/logs.ts'

/** The warning or error that the service has written most often in the last minutes; null where it is quiet. */
export function loudestMessage({ entries, marks }: LogState, service: string): string | null {
  const counts: Record<string, number> = {}
  for (const { source, message, count } of [...(marks.at(0)?.entries ?? []), ...entries])
    if (source === service) counts[message] = (counts[message] ?? 0) + count
  const [loudest] = Object.entries(counts).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  return loudest?.[0] ?? null
}
