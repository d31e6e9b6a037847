import type { Practice } from '../../harness/judge/practice.ts'
import { changesTable } from './gates.ts'
import { changeTexts } from './policies.ts'

/** What a single change of a manifest does, the one with the most effect on what is caught first. */
export function changesSection({ changes }: Practice): string {
  const caught = (after: string) => changes.find(change => change.after === after)!.measures.caught.value ?? 0
  const ordered = changes.toSorted((a, b) => caught(b.after) - caught(a.after))
  return [
    '## What to change first',
    'One change at a time, of the manifest before it: the query of `stock-argo-unscoped`, and all others of `stock-argo`. Paired differences in the same trials; signs as above.',
    changesTable(ordered, 'text', changeTexts),
    'The manifests stand in [scenarios/subject](../scenarios/subject/). The limits are as written here before the first trial was run; they were not tuned. A comparison with stable costs what it compares: of versions with other hardware, caches or callers it says less than here.',
  ].join('\n\n')
}
