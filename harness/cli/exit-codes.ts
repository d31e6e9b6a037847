/**
 * What the exit code of every command means. Where several apply, the first of bug, environment, invalid input, fail, inconclusive,
 * pass wins. 64, 69, 70 and 78 are those of BSD sysexits.h; 130 is a shell's 128 + SIGINT.
 */
export const exitCodes = {
  pass: 0,
  fail: 1,
  inconclusive: 2,
  usage: 64,
  unavailable: 69,
  bug: 70,
  invalid: 78,
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
