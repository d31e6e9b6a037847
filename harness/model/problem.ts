/** One thing wrong with an input file. Lines and columns count from 1; `hint` names the nearest right thing. */
export interface Problem {
  /** Or the option of the command line that is wrong, as `--policy`. */
  readonly file: string
  readonly line: number
  readonly column: number
  readonly message: string
  readonly hint?: string
  readonly severity: 'error' | 'warning'
}

/** Input that cannot be used, with every problem of every file. The command line turns it into exit code 78. */
export class InvalidInput extends Error {
  readonly problems: readonly Problem[]
  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'))
    this.name = 'InvalidInput'
    this.problems = problems
  }
}

/** `file:line:column: error: message (hint)`, the form that editors and CI systems turn into links; `--option: message (hint)`. */
export function formatProblem(problem: Problem): string {
  const { file, line, column, severity, message, hint } = problem
  const told = `${message}${hint === undefined ? '' : ` (${hint})`}`
  // A word of the command line has no lines; of several criteria the place tells which, and where in it.
  if (file.startsWith('--') && line === 1 && column === 1)
    return severity === 'error' ? `${file}: ${told}` : `${file}: ${severity}: ${told}`
  return `${file}:${line}:${column}: ${severity}: ${told}`
}

/** The candidate nearest to `word` by edit distance, or undefined when none is near enough to be meant (over a third of its length). */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance]
  }
  return best
}

/** The hint that names the nearest candidate; undefined when none is near. */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  const near = nearest(word, candidates)
  return near === undefined ? undefined : `did you mean \`${near}\`?`
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      current.push(Math.min(previous[j]! + 1, current[j - 1]! + 1, substitution))
    }
    previous = current
  }
  return previous[b.length]!
}
