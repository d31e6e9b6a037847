import type { ComponentChildren } from 'preact'

interface ScrollsProps {
  readonly label: string
  /** Longer than a screen: its headings stay in sight. */
  readonly tall?: boolean
  readonly children: ComponentChildren
}

/** What may be wider or longer than its place. A region that scrolls has to be reachable by keyboard, and to have a name. */
export function Scrolls({ label, tall = false, children }: ScrollsProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: nothing in it need be in focus for it to be scrolled
    // biome-ignore lint/a11y/useSemanticElements: a section would be one landmark more, a fieldset is for fields
    <div class={tall ? 'scrolls tall' : 'scrolls'} role="group" aria-label={label} tabIndex={0}>
      {children}
    </div>
  )
}
