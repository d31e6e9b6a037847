import { type Running, startContainer } from './start-container.ts'

/** What toxiproxy does to the bytes that come back from upstream (https://github.com/Shopify/toxiproxy#toxics). */
export type Toxic =
  | { readonly type: 'latency'; readonly attributes: { readonly latency: number } }
  /** Lets nothing through; the connection stays open for ever at 0. */
  | { readonly type: 'timeout'; readonly attributes: { readonly timeout: number } }
  | { readonly type: 'reset_peer'; readonly attributes: { readonly timeout: number } }

/** A dependency behind a proxy that can be disturbed. */
export interface DisturbedDependency {
  /** Of the dependency through the proxy, from this machine. */
  readonly url: string
  disturb(toxic: Toxic): Promise<void>
  calm(): Promise<void>
  stop(): Promise<void>
}

const apiPort = 8474
const proxyPort = 8666
const dependencyPort = 8080
const toxicName = 'disturbance'
const serveOk = `require('node:http').createServer((_, response) => response.end('ok')).listen(${dependencyPort})`

/** Starts a dependency that answers every request with 200, and toxiproxy in front of it, in a network of their own. */
export async function startDisturbedDependency(images: {
  readonly toxiproxy: string
  readonly node: string
}): Promise<DisturbedDependency> {
  const { Network } = await import('testcontainers')
  const network = await new Network().start()
  const started: Running[] = []
  async function stop() {
    for (const { stop } of started) await stop()
    await network.stop()
  }
  try {
    const dependency = await startContainer(({ GenericContainer, Wait }) =>
      new GenericContainer(images.node)
        .withCommand(['node', '--eval', serveOk])
        .withNetwork(network)
        .withNetworkAliases('dependency')
        .withExposedPorts(dependencyPort)
        .withWaitStrategy(Wait.forHttp('/', dependencyPort)),
    )
    started.push(dependency)
    const proxy = await startContainer(({ GenericContainer, Wait }) =>
      new GenericContainer(images.toxiproxy)
        .withNetwork(network)
        .withExposedPorts(apiPort, proxyPort)
        .withWaitStrategy(Wait.forHttp('/version', apiPort)),
    )
    started.push(proxy)
    const proxies = `${proxy.urlOf(apiPort)}/proxies`
    const toxics = `${proxies}/dependency/toxics`
    const listen = `0.0.0.0:${proxyPort}`
    await call('POST', proxies, { name: 'dependency', listen, upstream: `dependency:${dependencyPort}` })
    return {
      url: proxy.urlOf(proxyPort),
      disturb: toxic => call('POST', toxics, { ...toxic, name: toxicName, stream: 'downstream' }),
      calm: () => call('DELETE', `${toxics}/${toxicName}`),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function call(method: string, url: string, body?: unknown): Promise<void> {
  const answer = await fetch(url, { method, ...(body !== undefined && { body: JSON.stringify(body) }) })
  if (!answer.ok) throw new Error(`toxiproxy: ${method} ${url}: ${answer.status} ${await answer.text()}`)
}
