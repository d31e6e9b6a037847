/** The signs of our reports and an ASCII character for each, so that columns stay where they are. */
const signs: Readonly<Record<string, string>> = {
  '✔': '+',
  '✖': 'x',
  '–': '-',
  '−': '-',
  '…': '~',
  '·': '.',
  '▁': '_',
  '▂': '.',
  '▃': '-',
  '▄': ':',
  '▅': '=',
  '▆': '+',
  '▇': '*',
  '█': '#',
}

const anySign = new RegExp(`[${Object.keys(signs).join('')}]`, 'gu')

/** Our signs in ASCII; what users have written stays as it is. */
export function toAscii(text: string): string {
  return text.replace(anySign, sign => signs[sign]!)
}

/**
 * Whether a terminal shows ASCII alone: its locale is set and not UTF-8 (POSIX: the first of LC_ALL, LC_CTYPE and LANG that is not empty),
 * or it is the console of Linux, whose fonts lack most bars. Without any locale, as in most containers, it is taken for UTF-8.
 */
export function wantsAscii(env: {
  readonly LC_ALL?: string | undefined
  readonly LC_CTYPE?: string | undefined
  readonly LANG?: string | undefined
  readonly TERM?: string | undefined
}): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || 'UTF-8'
  return env.TERM === 'linux' || !/utf-?8/i.test(locale)
}
