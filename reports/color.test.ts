import { expect, test } from 'vitest'
import { toAscii, wantsAscii } from './ascii.ts'
import { wantsColor } from './color.ts'

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ TERM: 'dumb' }, true, false],
])('with %j and terminal %s, colour is %s', (env, isTerminal, expected) => {
  expect(wantsColor(env, isTerminal)).toBe(expected)
})

test.each([
  [{}, false],
  [{ LANG: 'C' }, true],
  [{ LANG: 'en_US.UTF-8' }, false],
  [{ LANG: 'de_DE.utf8', LC_ALL: 'POSIX' }, true],
  [{ LANG: 'C', LC_ALL: '', LC_CTYPE: 'C.UTF-8' }, false],
  [{ LANG: 'C.UTF-8', TERM: 'linux' }, true],
])('with %j it is ASCII alone: %s', (env, expected) => {
  expect(wantsAscii(env)).toBe(expected)
})

test('in ASCII every sign has its place, and what users wrote stays', () => {
  expect(toAscii('✔ 98%–99%  ▁▂▃▄▅▆▇█  naïve')).toBe('+ 98%-99%  _.-:=+*#  naïve')
})
