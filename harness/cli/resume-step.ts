import { type NextStep, quoted } from './next-steps.ts'

/** What to type to let a run go on. @param typed the run's own command line, `run` its first word */
export function resumeStep(typed: readonly string[], folder: string, why: string): NextStep {
  const rest = typed.filter(word => word !== '--resume')
  const hasOut = rest.some(word => word === '--out' || word.startsWith('--out='))
  const command = [...rest, ...(hasOut ? [] : ['--out', folder]), '--resume'].map(quoted).join(' ')
  return { command, why }
}
