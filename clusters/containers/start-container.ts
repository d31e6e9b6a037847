import { execa } from 'execa'
import type { GenericContainer, StartedTestContainer } from 'testcontainers'
import { ownProcess } from '../process-owner.ts'

/** Its value is the process that started the container. */
export const containerLabel = 'carmine.owner'

/** A container that answers, and its address from this machine. */
export interface Running {
  readonly container: StartedTestContainer
  /** Without a slash at its end. */
  urlOf(port: number): string
  stop(): Promise<void>
}

/**
 * Starts a container that carries a label, so that one that a killed process left is found. Whoever starts it stops it.
 * @param make gets testcontainers, which is loaded only here: it takes a second
 */
export async function startContainer(
  make: (testcontainers: typeof import('testcontainers')) => GenericContainer,
): Promise<Running> {
  const container = await make(await import('testcontainers'))
    .withLabels({ [containerLabel]: JSON.stringify(ownProcess()) })
    .start()
  return {
    container,
    urlOf: port => `http://${container.getHost()}:${container.getMappedPort(port)}`,
    stop: async () => void (await container.stop()),
  }
}

/** What a container needs and this machine has not, as sentences; empty where one can be started. */
export async function missingForContainers(): Promise<string[]> {
  const { failed, stderr, shortMessage } = await execa('docker', ['info'], {
    reject: false,
    timeout: 15_000,
    stdin: 'ignore',
  })
  return failed ? [`needs a running Docker engine (${stderr.trim().split('\n').at(-1) || shortMessage})`] : []
}
