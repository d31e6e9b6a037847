import { createHash } from 'node:crypto'
import type { Behaviour } from './behaviour.ts'

const nonceBytes = 8
const checkBytes = 4
const plainBytes = 24
const textLength = ((nonceBytes + plainBytes + checkBytes) * 4) / 3

/**
 * The value of a release's configuration key: what the version will do, unreadable to whoever has not this module. Faulty and
 * harmless releases have the same length and alphabet (base64url).
 * @param salt makes the text of one behaviour differ from release to release; a deploy whose text does not change is no deploy
 */
export function encodeRelease(behaviour: Behaviour, salt: string): string {
  const plain = Buffer.alloc(plainBytes)
  plain.writeDoubleBE(behaviour.errorRatio, 0)
  plain.writeDoubleBE(behaviour.latencyFactor, 8)
  plain.writeDoubleBE(behaviour.exitAfterMs ?? -1, 16)
  const nonce = digest(`nonce ${salt}`).subarray(0, nonceBytes)
  const sealed = Buffer.concat([plain, digest(plain).subarray(0, checkBytes)])
  return Buffer.concat([nonce, masked(sealed, nonce)]).toString('base64url')
}

/** The behaviour in a text made by `encodeRelease`. Throws on any other text. */
export function decodeRelease(text: string): Behaviour {
  const bytes = Buffer.from(text, 'base64url')
  const sealed = masked(bytes.subarray(nonceBytes), bytes.subarray(0, nonceBytes))
  const plain = sealed.subarray(0, plainBytes)
  const check = digest(plain).subarray(0, checkBytes)
  if (text.length !== textLength || !check.equals(sealed.subarray(plainBytes)))
    throw new Error('not a release configuration')
  const exitAfterMs = plain.readDoubleBE(16)
  return {
    errorRatio: plain.readDoubleBE(0),
    latencyFactor: plain.readDoubleBE(8),
    exitAfterMs: exitAfterMs < 0 ? null : exitAfterMs,
  }
}

function masked(bytes: Buffer, nonce: Buffer): Buffer {
  const mask = digest(Buffer.concat([Buffer.from('mask '), nonce]))
  return Buffer.from(bytes.map((byte, i) => byte ^ mask[i]!))
}

function digest(data: Buffer | string): Buffer {
  return createHash('sha256').update(data).digest()
}
