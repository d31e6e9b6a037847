/** A pattern that Go's regexp refuses, in its words, or one that has no faithful translation here, which the message says. */
export class PatternError extends Error {}

/** @param what one of the error codes of Go's regexp/syntax @param where the part of the pattern that is wrong */
export function refusal(what: string, where: string): PatternError {
  return new PatternError(`error parsing regexp: ${what}: \`${where}\``)
}
