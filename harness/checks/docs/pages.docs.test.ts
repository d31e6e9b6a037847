import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { inserted, missingLine, type Step, stepsOf } from './page.ts'

const root = join(import.meta.dirname, '../../..')
type Command = Extract<Step, { type: 'command' }>

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carmine-docs-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('every command of a page does what the page says, in order, in one folder', () => {
  test.each(globSync('docs/how-to/*.md', { cwd: root }).sort())('%s', page => {
    const markdown = readFileSync(join(root, page), 'utf8')
    const isCheckout = markdown.startsWith('<!-- in a checkout -->')
    if (isCheckout) copyCheckout()
    linkCommand(isCheckout ? folder : root)
    for (const step of stepsOf(markdown)) {
      if (step.type === 'command') check(step)
      else {
        const file = join(folder, step.path)
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, step.type === 'file' ? step.text : inserted(readFileSync(file, 'utf8'), step.text))
      }
    }
  })
})

// What these show takes minutes, a cluster or files of one's own; the README's first result is checked where it is made.
test.each(['README.md', ...globSync('docs/*.md', { cwd: root }).sort()])(
  '%s names no command or option that there is not',
  page => {
    linkCommand(root)
    for (const step of stepsOf(readFileSync(join(root, page), 'utf8'))) if (step.type === 'command') checkWords(step)
  },
)

function check(step: Command): void {
  if (step.notRun !== undefined) {
    checkWords(step)
    return
  }
  // The others have no such options.
  const command = /carmine (run|compare) /.test(step.command) ? `${step.command} ${step.added}` : step.command
  const { status, stdout, stderr } = shell(command)
  expect(step.exitCodes, `${command}\n${stdout.slice(-1500)}${stderr}`).toContain(status)
  expect(missingLine(step.shown, stdout), `${command}\n${stdout}`).toBeUndefined()
}

/** The command is there, and its help has each option. */
function checkWords(step: Command): void {
  if (!isCarmine(step)) return
  const [, name = ''] = /carmine ([a-z]+)/.exec(step.command) ?? []
  const { status, stdout } = shell(`npx carmine ${name} --help`)
  expect(status, step.command).toBe(0)
  for (const [option] of step.command.matchAll(/(?<= )--[a-z-]+/g)) expect(stdout, step.command).toContain(option)
}

function isCarmine({ command }: Command): boolean {
  return /^(npx )?carmine /.test(command)
}

function shell(command: string) {
  const PATH = [join(folder, '.bin'), dirname(process.execPath), process.env['PATH']].join(delimiter)
  const env = { ...process.env, PATH, NO_COLOR: '1', LANG: 'C.UTF-8', GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '' }
  return spawnSync('bash', ['-c', command.replace(/^npx /, '')], { cwd: folder, env, encoding: 'utf8' })
}

/** `carmine`, and so `npx carmine`, without npm's half a second. */
function linkCommand(from: string): void {
  const file = join(folder, '.bin/carmine')
  mkdirSync(dirname(file))
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${join(from, 'harness/cli/carmine.mjs')}' "$@"\n`)
  chmodSync(file, 0o755)
}

function copyCheckout(): void {
  for (const name of [
    'clusters',
    'harness',
    'remediator',
    'reports',
    'scenarios',
    'package.json',
    'package-lock.json',
  ]) {
    cpSync(join(root, name), join(folder, name), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
}
