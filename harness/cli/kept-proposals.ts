import { join } from 'node:path'
import type { KeptProposal } from '../../clusters/live/proposal-patch.ts'
import { makeFolder } from './make-folder.ts'
import { writeWhole } from './write-whole.ts'

/**
 * Writes what an engine proposed on a real cluster, where no forge takes it: `proposals/<trial>-<n>.md` with the reasons, and beside it the
 * patch, as long as the Rollout still held what it changes.
 */
export function writeProposals(folder: string, trial: string, proposals: readonly KeptProposal[]): void {
  if (proposals.length === 0) return
  const path = join(folder, 'proposals')
  makeFolder(path)
  for (const { number, name, proposal, patch } of proposals) {
    const base = `${trial.replaceAll('/', '_')}-${number}`
    const apply = `kubectl patch rollout ${name} --type json --patch-file ${base}.patch`
    const how = patch === null ? 'The Rollout no longer holds what this changes: there is no patch.' : `    ${apply}`
    writeWhole(join(path, `${base}.md`), `# ${proposal.title}\n\n${how}\n\n${proposal.description}`)
    if (patch !== null) writeWhole(join(path, `${base}.patch`), `${JSON.stringify(patch, undefined, 2)}\n`)
  }
}
