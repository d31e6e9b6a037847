import { expect, test } from 'vitest'
import type { ClusterTrial, TrialWorld } from './cluster-trial.ts'
import { runTrials } from './run-trials.ts'

test('a namespace that cannot be cleaned up keeps no other from being, and is told after what ended the run', async () => {
  const interrupted = new AbortController()
  const closed: string[] = []
  const said: string[] = []
  let opened = 0
  const namespaces = {
    open: async () => `trial-${++opened}`,
    async close(name: string) {
      if (name === 'trial-1') throw new Error('trial-1 is stuck')
      await new Promise(resolve => setTimeout(resolve, 20))
      closed.push(name)
    },
  }
  const world = { manifests: [], signal: interrupted.signal, say: (line: string) => said.push(line) }
  const trial = { plan: {} }
  const run = runTrials({
    world: world as unknown as TrialWorld,
    namespaces,
    trials: [trial, trial, trial] as unknown as ClusterTrial[],
    sideBySide: 3,
    onTrial: () => undefined,
    closesNamespaces: true,
  })
  interrupted.abort(new Error('interrupted'))
  await expect(run).rejects.toThrow('interrupted')
  expect(closed).toEqual(['trial-2', 'trial-3'])
  expect(said.at(-1)).toMatch(/trial-1 is stuck/)
})
