import { createHash } from 'node:crypto'
import { type Behaviour, behaviourOf, deviations } from './behaviour.ts'

const nonceBytes = 8
const checkBytes = 4
const plainBytes = 192
const textLength = ((nonceBytes + plainBytes + checkBytes) * 4) / 3

/** Where in the Rollout's first container a release makes its change. */
export const patchTargets = ['env', 'setting', 'image', 'configKey', 'probePath'] as const
export type PatchTarget = (typeof patchTargets)[number]

/** The environment variable of the target `setting`. */
export const settingVariable = 'CALL_TIMEOUT'

/**
 * The change of a release: one key, and its opaque value before, after, and in a repair by people. The values of `env` and of `setting`
 * tell the process what to do (`encodeRelease`); the other targets name something that is there or is not (`encodeReference`).
 */
export interface ReleasePatch {
  readonly target: PatchTarget
  readonly before: string
  readonly after: string
  readonly repaired: string
  /**
   * What the release is for, where that is not the key above: the value of `env` before and after, harmless in itself. null: the key
   * above is all that the release changes.
   */
  readonly intent: { readonly before: string; readonly after: string } | null
}

/**
 * The value of a release's configuration key: what the version will do, unreadable to whoever has not this module. Faulty and
 * harmless releases have the same length and alphabet (base64url).
 * @param salt makes the text of one behaviour differ from release to release; a deploy whose text does not change is no deploy
 * @throws RangeError where the behaviour's names are too long for the text
 */
export function encodeRelease(behaviour: Behaviour, salt: string): string {
  const json = Buffer.from(JSON.stringify(deviations(behaviour)))
  if (json.length > plainBytes) throw new RangeError('the names in a release are longer than its text can hold')
  const plain = Buffer.concat([json, Buffer.alloc(plainBytes - json.length, ' ')])
  return sealed(plain, salt).toString('base64url')
}

/** The behaviour in a text made by `encodeRelease`. Throws on any other text. */
export function decodeRelease(text: string): Behaviour {
  const plain = text.length === textLength ? unsealed(Buffer.from(text, 'base64url')) : undefined
  if (plain === undefined) throw new Error('not a release configuration')
  return behaviourOf(JSON.parse(plain.toString()) as Partial<Behaviour>)
}

const referenceBytes = nonceBytes + 1 + checkBytes

/**
 * The name of something that a release refers to, an image tag, a configuration key or a path, and whether that exists: hexadecimal
 * digits that tell nothing to whoever has not this module.
 */
export function encodeReference(exists: boolean, salt: string): string {
  return sealed(Buffer.from([exists ? 1 : 0]), salt).toString('hex')
}

/** Whether the thing that is named exists; true for every name that `encodeReference` has not made. */
export function referenceExists(name: string): boolean {
  if (!/^[0-9a-f]+$/.test(name) || name.length !== 2 * referenceBytes) return true
  return unsealed(Buffer.from(name, 'hex'))?.[0] !== 0
}

function sealed(plain: Buffer, salt: string): Buffer {
  const nonce = digest(`nonce ${salt}`).subarray(0, nonceBytes)
  return Buffer.concat([nonce, masked(Buffer.concat([plain, digest(plain).subarray(0, checkBytes)]), nonce)])
}

function unsealed(bytes: Buffer): Buffer | undefined {
  const content = masked(bytes.subarray(nonceBytes), bytes.subarray(0, nonceBytes))
  const plain = content.subarray(0, -checkBytes)
  return digest(plain).subarray(0, checkBytes).equals(content.subarray(-checkBytes)) ? plain : undefined
}

function masked(bytes: Buffer, nonce: Buffer): Buffer {
  const blocks = Math.ceil(bytes.length / 32)
  const mask = Buffer.concat(
    Array.from({ length: blocks }, (_, i) => digest(Buffer.concat([Buffer.from(`mask ${i} `), nonce]))),
  )
  return Buffer.from(bytes.map((byte, i) => byte ^ mask[i]!))
}

function digest(data: Buffer | string): Buffer {
  return createHash('sha256').update(data).digest()
}
