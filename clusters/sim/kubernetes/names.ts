/** Letters that Kubernetes uses in generated names, free of vowels (k8s.io/apimachinery, pkg/util/rand). */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

/** Pod template hash of a revision: ten letters, a function of the seed and the revision alone, whatever the template says. */
export function podTemplateHashOf(seed: string, revision: number): string {
  return letters(`${seed}/revision/${revision}`, 10)
}

/** The five letters at the end of a pod's name. */
export function podSuffixOf(seed: string, podTemplateHash: string, ordinal: number): string {
  return letters(`${seed}/${podTemplateHash}/${ordinal}`, 5)
}

/** A whole number from 0 to 2^32 - 1 that is a function of a text. */
export function hashOf(text: string): number {
  return mix(fnv1a(text))
}

function letters(text: string, length: number): string {
  let out = ''
  let hash = fnv1a(text)
  for (let i = 0; i < length; i++) {
    hash = mix(hash + i)
    out += alphabet[hash % alphabet.length]
  }
  return out
}

/** FNV-1a, 32 bits. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** Finaliser of MurmurHash3, 32 bits. */
function mix(value: number): number {
  let hash = value >>> 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
