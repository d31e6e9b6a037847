import type { ComponentChildren } from 'preact'

/** What may be wider or longer than its place. A region that scrolls has to be reachable by keyboard, and to have a name. */
export function Scrolls({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: nothing in it need be in focus for it to be scrolled
    // biome-ignore lint/a11y/useSemanticElements: a section would be one landmark more, a fieldset is for fields
    <div class="scrolls" role="group" aria-label={label} tabIndex={0}>
      {children}
    </div>
  )
}
