import { execa } from 'execa'
import { loadImages } from '../kind/cluster.ts'
import { ensureImage } from '../stage/images.ts'

/** The kind cluster of this machine that a context belongs to, by the name that kind gives to contexts; undefined: it is of none. */
export async function kindClusterOf(context: string): Promise<string | undefined> {
  if (!context.startsWith('kind-')) return undefined
  const { failed, stdout } = await execa('kind', ['get', 'clusters'], {
    reject: false,
    timeout: 15_000,
    stdin: 'ignore',
  })
  const name = context.slice('kind-'.length)
  return !failed && stdout.split('\n').includes(name) ? name : undefined
}

/** Loads images into the nodes of a kind cluster, which can pull none that is on this machine alone. */
export async function loadIntoKind(cluster: string, images: readonly string[], signal: AbortSignal): Promise<void> {
  await Promise.all(images.map(image => ensureImage(image, signal)))
  await loadImages(cluster, images, signal)
}
