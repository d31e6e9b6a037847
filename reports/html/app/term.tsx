import type { ComponentChildren } from 'preact'
import { usePage } from './context.ts'
import type { TermName } from './definitions.ts'

/** A word that explains itself: its definition shows on hover and focus, and a press opens the glossary at it. */
export function Term({ of, children }: { of: TermName; children?: ComponentChildren }) {
  const { definitions } = usePage()
  return (
    <button type="button" class="term" data-term={of} aria-describedby={`define-${of.replace(' ', '-')}`}>
      {children ?? definitions[of]?.title}
    </button>
  )
}
