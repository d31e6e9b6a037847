import { styleText } from 'node:util'
import { plainColumns, wrapText } from '../columns.ts'
import type { CommandContext } from '../context.ts'
import { baseChecks } from '../doctor/base-checks.ts'
import { type Check, groups, isUsable } from '../doctor/check.ts'
import { kindChecks } from '../doctor/kind-checks.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { packageFolder } from '../package-info.ts'

const signs: Readonly<Record<Check['status'], string>> = { ok: '✔', limited: '!', missing: '✖' }
const tones = { ok: 'green', limited: 'yellow', missing: 'red' } as const

/** Says what this machine has of what carmine needs, and how to get the rest. */
export async function doctor({ json }: { readonly json: boolean }, context: CommandContext): Promise<ExitCode> {
  const checks = (await Promise.all([baseChecks(packageFolder), kindChecks(process.env)])).flat()
  const usable = isUsable(checks)
  if (json) context.writeResult(`${JSON.stringify({ usable, checks }, null, 1)}\n`)
  else context.writeText(renderChecks(checks, context.stdoutColor))
  return usable ? exitCodes.pass : exitCodes.unavailable
}

/** Groups of lines; what is wrong comes with why it matters and what to do. At the end stands what can be run here. */
export function renderChecks(checks: readonly Check[], color: boolean): string {
  const names = Math.max(...checks.map(({ name }) => name.length))
  const parts = groups.map(group => {
    const ofGroup = checks.filter(check => check.group === group)
    const title = color ? styleText('dim', group.toUpperCase(), { validateStream: false }) : group.toUpperCase()
    return [title, ...ofGroup.flatMap(check => renderCheck(check, names, color))]
  })
  return `${[...parts, [verdictOn(checks)]].map(lines => lines.join('\n')).join('\n\n')}\n`
}

function verdictOn(checks: readonly Check[]): string {
  if (!isUsable(checks)) return 'nothing runs here yet'
  const kind = checks.filter(({ group }) => group === 'for kind')
  const missing = kind.filter(({ status }) => status === 'missing').map(({ name }) => name)
  if (missing.length > 0) return `simulated runs go here, runs on kind do not yet: ${missing.join(', ')}`
  const limited = kind.filter(({ status }) => status === 'limited').map(({ name }) => name)
  return `simulated runs and runs on kind go here${limited.length > 0 ? `, the latter with limits: ${limited.join(', ')}` : ''}`
}

function renderCheck({ group, name, status, found, needed, why, fix }: Check, names: number, color: boolean): string[] {
  const plain = group === 'optional' && status === 'missing' ? '–' : signs[status]
  const sign = color && plain !== '–' ? styleText(tones[status], plain, { validateStream: false }) : plain
  const indent = ' '.repeat(names + 4)
  const told = (text: string) => wrapText(text, plainColumns - indent.length)
  const [first, ...rest] = told(found)
  const details = status === 'ok' ? [] : [`needed: ${needed}`, `why: ${why}`, ...(fix === '' ? [] : [`fix: ${fix}`])]
  return [
    `${sign} ${name.padEnd(names)}  ${first}`,
    ...[...rest, ...details.flatMap(told)].map(line => `${indent}${line}`),
  ]
}
