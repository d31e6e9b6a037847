import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto'

/** A lock that anybody can close, and what opens it. */
export interface Lock {
  /** For `seal`; tells nobody anything. */
  readonly publicKey: string
  /** undefined for what was not sealed with this key. */
  readonly open: (text: string) => Buffer | undefined
}

const keyBytes = 32
const tagBytes = 16

export function newLock(): Lock {
  const { publicKey, privateKey } = generateKeyPairSync('x25519')
  return {
    publicKey: nameOf(publicKey),
    open(text) {
      try {
        const sealed = Buffer.from(text, 'base64url')
        const from = sealed.subarray(0, keyBytes).toString('base64url')
        const decipher = createDecipheriv('aes-256-gcm', sharedKey(privateKey, from), nonce)
        decipher.setAuthTag(sealed.subarray(keyBytes, keyBytes + tagBytes))
        return Buffer.concat([decipher.update(sealed.subarray(keyBytes + tagBytes)), decipher.final()])
      } catch {
        return undefined
      }
    },
  }
}

/** How much may be sealed for the text to have some length. */
export function sealedBytes(textLength: number): number {
  return Math.floor((textLength * 3) / 4) - keyBytes - tagBytes
}

/** Text that only the owner of the lock can read. Its length depends on that of the content alone. */
export function seal(content: Buffer, publicKey: string): string {
  const own = generateKeyPairSync('x25519')
  const cipher = createCipheriv('aes-256-gcm', sharedKey(own.privateKey, publicKey), nonce)
  const sealed = Buffer.concat([cipher.update(content), cipher.final()])
  return Buffer.concat([Buffer.from(nameOf(own.publicKey), 'base64url'), cipher.getAuthTag(), sealed]).toString(
    'base64url',
  )
}

/** Every key is used for one text. */
const nonce = Buffer.alloc(12)

function nameOf(key: KeyObject): string {
  return key.export({ format: 'jwk' }).x!
}

function sharedKey(privateKey: KeyObject, of: string): Buffer {
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: of }, format: 'jwk' })
  return Buffer.from(hkdfSync('sha256', diffieHellman({ privateKey, publicKey }), '', 'record of a process', 32))
}
