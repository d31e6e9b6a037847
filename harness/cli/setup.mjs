// Plain JavaScript for Node 18 and up: it runs before anything is installed.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { constants, hostname } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { isatty } from 'node:tty'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))
const installedNode = join(root, 'node_modules/node/bin/node')

const modules = join(root, 'node_modules')
const lockFile = join(root, 'package-lock.json')
const stampFile = join(modules, '.carmine-stamp')
const lockDir = join(root, '.carmine-install')
const waitMs = 15 * 60_000
const exitUnavailable = 69

/** A checkout has a lock file; a package installed from a registry has none and brings its dependencies by itself. */
export const isCheckout = existsSync(lockFile)

/** A checkout needs type stripping, which is on by default from here on (Node.js 22.18.0 changelog); a package is tested from here on. */
export const isNewEnough = (() => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  return major > 23 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18)
})()

/** Installs what package-lock.json names unless that is there already; ends the process with 69 when it cannot. */
export async function ensureInstalled() {
  if (isFresh()) return
  const dead = await takeLock()
  try {
    if (isFresh()) return
    if (!isInstalledAlready()) await install()
    linkOwnCommand()
    writeFileSync(stampFile, stamp())
  } finally {
    for (const folder of [lockDir, ...dead]) rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs the Node that the checkout brings, with stdio, signals and exit code passed through. */
export async function runInstalledNode(args) {
  const child = spawn(installedNode, args, { stdio: 'inherit' })
  await passThrough(child, 'SIGINT', 'SIGTERM', 'SIGHUP')
}

function stamp() {
  const hash = createHash('sha256').update(readFileSync(lockFile)).digest('hex')
  return `${hash} ${process.platform} ${process.arch}\n`
}

function isFresh() {
  return existsSync(installedNode) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp()
}

/** `npm ci` or `npm install` done by a person: npm's own record of node_modules agrees with the lock file. */
function isInstalledAlready() {
  const record = join(modules, '.package-lock.json')
  if (!existsSync(installedNode) || !existsSync(record)) return false
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages
  const wanted = JSON.parse(readFileSync(lockFile, 'utf8')).packages
  return Object.entries(wanted).every(
    ([path, { version, integrity, optional }]) =>
      path === '' ||
      (path in installed
        ? installed[path].version === version && installed[path].integrity === integrity && existsSync(join(root, path))
        : optional === true),
  )
}

async function install() {
  say('installing dependencies with npm ci (once; about 20 s)')
  rmSync(stampFile, { force: true })
  const { PATH = '', ...env } = process.env
  // npm ci deletes node_modules: it must not run on the Node that is in there.
  const path = PATH.split(delimiter).filter(folder => !resolve(folder).startsWith(modules))
  const args = ['ci', '--include=dev', '--engine-strict=false', '--no-audit', '--no-fund', '--loglevel=error']
  const npm = spawn('npm', args, {
    cwd: root,
    env: { ...env, PATH: path.join(delimiter) },
    // stdout carries results only.
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  const problem = await new Promise(done => {
    let interrupted
    const forward = signal => {
      interrupted = signal
      npm.kill(signal)
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward)
    // Only now: from npm's start on a signal has to reach it.
    writeOwner(lockDir, npm.pid)
    npm.on('error', error => done(`cannot start npm: ${error.message}`))
    npm.on('exit', (code, signal) => {
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(name, forward)
      if (interrupted)
        abandon(`install interrupted; the next start does it again`, 128 + constants.signals[interrupted])
      done(code === 0 ? undefined : `npm ci ended with ${signal ?? `exit code ${code}`}`)
    })
  })
  if (problem) {
    abandon(
      `${problem}. Dependencies come from npm's registry: is it reachable? Try \`npm ci\` in ${root}`,
      exitUnavailable,
    )
  }
  if (!existsSync(installedNode)) {
    abandon(
      'npm ci did not bring node_modules/node/bin/node. Does npm ignore install scripts (npm config get ignore-scripts)?',
      exitUnavailable,
    )
  }
}

/** Lets `npx carmine` find the command without asking the registry. */
function linkOwnCommand() {
  const link = join(modules, '.bin/carmine')
  rmSync(link, { force: true })
  if (process.platform !== 'win32') symlinkSync('../../harness/cli/carmine.mjs', link)
}

/**
 * One install at a time. The folder comes with its owner's name in it by one rename, which fails while another one is there.
 * A lock whose owner is dead is moved to a name made from that owner, which stands until the end, so that of two takers only one
 * succeeds.
 * @returns the folders of dead owners, for the caller to delete.
 */
async function takeLock() {
  const own = `${lockDir}.${process.pid}`
  const deadline = Date.now() + waitMs
  const moved = []
  rmSync(own, { recursive: true, force: true })
  mkdirSync(own)
  writeOwner(own)
  for (let told = false; ; await new Promise(resume => setTimeout(resume, 200))) {
    try {
      renameSync(own, lockDir)
      return moved
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(error.code)) throw error
    }
    const owner = readOwner()
    if (!owner) continue
    if (owner.host === hostname() && ![owner.pid, owner.npmPid].some(isAlive)) {
      const dead = `${lockDir}.dead-${owner.pid}-${owner.since}`
      try {
        renameSync(lockDir, dead)
        moved.push(dead)
      } catch {
        // Another start took it over first.
      }
      continue
    }
    if (!told) say(`process ${owner.pid} on ${owner.host} is installing the dependencies; waiting for it`)
    told = true
    if (Date.now() > deadline) {
      rmSync(own, { recursive: true, force: true })
      say(`still locked after ${waitMs / 60_000} minutes; if nothing is being installed, delete ${lockDir}`)
      process.exit(exitUnavailable)
    }
  }
}

function writeOwner(folder, npmPid) {
  const since = statSync(folder).ctimeMs
  writeFileSync(join(folder, 'owner.json'), JSON.stringify({ pid: process.pid, npmPid, host: hostname(), since }))
}

function readOwner() {
  try {
    return JSON.parse(readFileSync(join(lockDir, 'owner.json'), 'utf8'))
  } catch {
    return undefined
  }
}

function isAlive(pid) {
  if (pid === undefined) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
  // In a container nobody may collect an orphan that has ended; Linux tells it by its state.
  const stat = `/proc/${pid}/stat`
  return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'))
}

/** The child decides what a signal means; this process lives until it is gone and ends as it did. */
function passThrough(child, ...signals) {
  const onTerminal = [0, 1, 2].some(isatty)
  for (const signal of signals) {
    // A terminal sends Ctrl-C to the child as well; passed on it would count as the second, impatient one.
    if (signal === 'SIGINT' && onTerminal) process.on(signal, () => {})
    else process.on(signal, () => child.kill(signal))
  }
  return new Promise((done, failed) => {
    child.on('error', failed)
    child.on('exit', (code, signal) => {
      process.exitCode = code ?? 128 + constants.signals[signal]
      done()
    })
  })
}

function abandon(message, exitCode) {
  rmSync(lockDir, { recursive: true, force: true })
  say(message)
  process.exit(exitCode)
}

function say(message) {
  process.stderr.write(`carmine: ${message}\n`)
}
