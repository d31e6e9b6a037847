/** The lines below everything else on a terminal, which are drawn over. */
export interface LiveLines {
  /** Text that stays; the drawn lines go on below it. */
  write(text: string): void
  /** Lines in place of those that were drawn before; none of them leaves nothing behind. No line may be wider than the terminal. */
  draw(lines: readonly string[]): void
}

/** By ECMA-48: cursor up (CUU), and erase from the cursor to the end of the page (ED). */
export function liveLines(write: (text: string) => void): LiveLines {
  let drawn: readonly string[] = []
  const clear = () => {
    if (drawn.length === 0) return ''
    return `\r${drawn.length > 1 ? `\u{1b}[${drawn.length - 1}A` : ''}\u{1b}[J`
  }
  return {
    write(text) {
      const again = text.endsWith('\n') ? drawn.join('\n') : ''
      write(`${clear()}${text}${again}`)
      if (again === '') drawn = []
    },
    draw(lines) {
      if (drawn.length === 0 && lines.length === 0) return
      write(`${clear()}${lines.join('\n')}`)
      drawn = lines
    },
  }
}
