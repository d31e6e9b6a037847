/** What to type to let a run go on. @param typed the run's own arguments, `run` the first of them */
export function resumeCommand(typed: readonly string[], folder: string): string {
  const rest = typed.filter(word => word !== '--resume')
  const hasOut = rest.some(word => word === '--out' || word.startsWith('--out='))
  return ['carmine', ...rest, ...(hasOut ? [] : ['--out', folder]), '--resume'].map(quoted).join(' ')
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
