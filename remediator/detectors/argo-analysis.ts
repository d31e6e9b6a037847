import * as z from 'zod'
import { defineDetector } from './detector.ts'

const tuning = z.strictObject({
  phases: z
    .array(z.enum(['Failed', 'Error', 'Inconclusive']))
    .min(1)
    .default(['Failed', 'Error'])
    .meta({ description: 'Phases that count' }),
  of: z
    .enum(['metric', 'run'])
    .default('metric')
    .meta({ description: 'Whose end counts: any metric, or the whole run' }),
  metrics: z.array(z.string()).optional().meta({ description: 'Only these metrics; without it all of them' }),
  dryRun: z.boolean().default(true).meta({ description: 'Whether metrics that run dry count' }),
})
type Tuning = z.output<typeof tuning>

interface State {
  score: number
}

/**
 * What the manifests' own analysis finds, read from its AnalysisRuns: a metric or a run of the judged revision that ended badly. A
 * metric that runs dry ends in the same way, so it counts too. The score is 1 once something has ended badly.
 */
export const argoAnalysis = defineDetector<Tuning, State>({
  name: 'argo-analysis',
  finds: "a metric or a run of the manifests' own analysis that ended badly",
  scope: 'rollout',
  tuning,
  create: () => ({ score: 0 }),
  observe: (state, { phases, of, metrics, dryRun }, observation, { judgedHash }) => {
    if (observation.type !== 'analysisRun.changed' || observation.run.podTemplateHash !== judgedHash) return undefined
    const { run } = observation
    const isBad = (phase: string) => phases.some(bad => bad === phase)
    const ended =
      of === 'run'
        ? isBad(run.phase) && `analysis run ${run.name} ended ${run.phase}: ${run.message}`
        : run.metrics
            .filter(metric => isBad(metric.phase) && (dryRun || !metric.dryRun))
            .filter(({ name }) => metrics === undefined || metrics.includes(name))
            .map(({ name, phase }) => `metric ${name} of analysis run ${run.name} ended ${phase}`)[0]
    if (ended === undefined || ended === false) return undefined
    state.score = 1
    return { blames: judgedHash, reason: ended }
  },
  score: ({ score }) => score,
  limit: () => 1,
})
