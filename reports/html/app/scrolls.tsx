import type { ComponentChildren } from 'preact'

/** What may be wider or longer than its place. A region that scrolls has to be reachable by keyboard, and to have a name. */
export function Scrolls({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: nothing in it need be in focus for it to be scrolled
    <section class="scrolls" aria-label={label} tabIndex={0}>
      {children}
    </section>
  )
}
