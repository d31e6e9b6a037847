import type { ComponentChildren } from 'preact'
import { definitions, type TermName } from './definitions.ts'

/** A word that explains itself: its definition shows on hover and focus, and a press opens the glossary at it. */
export function Term({ of, children }: { of: TermName; children?: ComponentChildren }) {
  return (
    <button type="button" class="term" data-term={of} aria-describedby={`define-${of}`}>
      {children ?? definitions[of].title}
    </button>
  )
}
