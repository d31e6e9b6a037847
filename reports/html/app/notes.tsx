import { counted } from '../../../harness/model/counted.ts'

/** Sentences on a figure, folded away. */
export function Notes({ lines }: { lines: readonly string[] }) {
  if (lines.length === 0) return null
  return (
    <details class="notes">
      <summary>{counted(lines.length, 'note')} on these figures</summary>
      <ul>
        {lines.map(line => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </details>
  )
}
