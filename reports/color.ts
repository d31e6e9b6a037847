/**
 * Whether text for a stream should be coloured: FORCE_COLOR wins over NO_COLOR (https://no-color.org: set and not empty), and that over
 * what the stream is. FORCE_COLOR=0 and =false switch colour off, as in Node.
 */
export function wantsColor(
  env: {
    readonly FORCE_COLOR?: string | undefined
    readonly NO_COLOR?: string | undefined
    readonly TERM?: string | undefined
  },
  isTerminal: boolean,
): boolean {
  const { FORCE_COLOR: force, NO_COLOR: no, TERM: term } = env
  if (force !== undefined) return force !== '0' && force !== 'false'
  if (no !== undefined && no !== '') return false
  return isTerminal && term !== 'dumb'
}
