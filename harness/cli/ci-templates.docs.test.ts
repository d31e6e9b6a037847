import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { careful, gatedSuite, hasty } from './fixtures/gated.ts'
import { packageInfo } from './package-info.ts'

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly if?: string
}
interface Workflow {
  readonly env: Readonly<Record<string, string>>
  readonly jobs: { readonly gate: { readonly steps: readonly Step[] } }
}
interface GitlabJob {
  readonly variables: Readonly<Record<string, string>>
  readonly before_script: readonly string[]
  readonly script: readonly string[]
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const template = (name: string): unknown => parse(readFileSync(join(root, 'docs/ci', name), 'utf8'))
const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

/** A clone in which the policy was changed from what is on the branch main; carmine is installed, and `npm` does nothing more. */
function checkout(onMain: string | undefined, onBranch: string): { folder: string; path: string } {
  const parent = mkdtempSync(join(tmpdir(), 'carmine-ci-'))
  folders.push(parent)
  const [origin, folder, bin] = ['origin', 'work', 'bin'].map(name => join(parent, name)) as [string, string, string]
  const git = (cwd: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'init.defaultBranch=main', ...args], {
      cwd,
      stdio: 'pipe',
    })
  for (const made of [origin, bin]) mkdirSync(made)
  git(origin, 'init')
  writeFileSync(join(origin, 'suite.yaml'), gatedSuite)
  if (onMain !== undefined) writeFileSync(join(origin, 'policy.yaml'), onMain)
  git(origin, 'add', '.')
  git(origin, 'commit', '-m', 'main')
  git(parent, 'clone', origin, folder)
  git(folder, 'checkout', '-b', 'change')
  writeFileSync(join(folder, 'policy.yaml'), onBranch)
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true })
  symlinkSync(join(root, 'harness/cli/carmine.mjs'), join(folder, 'node_modules/.bin/carmine'))
  writeFileSync(join(bin, 'npm'), '#!/bin/sh\nexit 0\n')
  chmodSync(join(bin, 'npm'), 0o755)
  return { folder, path: [bin, dirname(process.execPath), process.env['PATH']].join(delimiter) }
}

/** As the runners call it. */
function shell(
  script: string,
  folder: string,
  env: Readonly<Record<string, string>>,
): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', script], {
    cwd: folder,
    env: { HOME: folder, TMPDIR: tmpdir(), CI: 'true', ...env },
    encoding: 'utf8',
  })
  return { status, output: stdout + stderr }
}

describe('the GitHub workflow', () => {
  const { env, jobs } = template('github-actions.yml') as Workflow
  const { steps } = jobs.gate

  it('does by itself what it says, and leaves to actions what they are for', () => {
    expect(steps.flatMap(({ uses = [] }) => uses)).toEqual([
      'actions/checkout@v5',
      'actions/setup-node@v5',
      'github/codeql-action/upload-sarif@v4',
      'actions/upload-artifact@v4',
    ])
    // What a run left is kept whatever came out.
    const last = steps.findLastIndex(({ run }) => run !== undefined)
    for (const step of steps.slice(last + 1)) expect(step.if).toContain('always()')
    expect(steps.map(({ run }) => run)).toContain('npm install --no-save "./$CARMINE"')
    expect(env['CARMINE']).toBe(`tools/carmine-${packageInfo.version}.tgz`)
  })

  it('fails a change that makes the policy worse, and says so in the summary', () => {
    const { folder, path } = checkout(careful('ours'), hasty('ours'))
    const github = {
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: folder,
      GITHUB_BASE_REF: 'main',
      GITHUB_STEP_SUMMARY: join(folder, '../summary.md'),
    }
    const ran = steps.flatMap(({ run }) =>
      run === undefined ? [] : [shell(run, folder, { ...env, ...github, SUITE: './suite.yaml', PATH: path })],
    )
    expect(
      ran.map(({ status }) => status),
      ran.at(-1)!.output,
    ).toEqual([0, 0, 1])
    expect(ran[1]!.output).not.toContain('::')
    expect(ran[2]!.output).toMatch(/^::error file=policy\.yaml,line=\d+,/m)
    expect(readFileSync(github.GITHUB_STEP_SUMMARY, 'utf8')).toContain('▼ regress')
  }, 120_000)
})

describe('the GitLab job', () => {
  const { carmine: job } = template('gitlab-ci.yml') as { readonly carmine: GitlabJob }

  it('installs this version', () => {
    expect(job.before_script).toEqual(['npm install --no-save "./$CARMINE"'])
    expect(job.variables['CARMINE']).toBe(`tools/carmine-${packageInfo.version}.tgz`)
  })

  it('passes a policy that is new, held against itself', () => {
    const { folder, path } = checkout(undefined, careful('ours'))
    const env = { ...job.variables, CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main', SUITE: './suite.yaml', PATH: path }
    const { status, output } = shell([...job.before_script, ...job.script].join('\n'), folder, env)
    expect(status, output).toBe(0)
    expect(output).toContain('no difference in any of 20 pairs of trials')
    expect(readFileSync(join(folder, 'runs/candidate/junit.xml'), 'utf8')).toContain('<testsuites ')
  }, 120_000)
})
