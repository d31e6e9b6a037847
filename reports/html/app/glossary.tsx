import { useEffect, useRef, useState } from 'preact/hooks'
import { usePage } from './context.ts'
import { Scrolls } from './scrolls.tsx'

/** All definitions in a dialog, which `?` opens; and the one tip that shows a single one beside its word. */
export function Glossary() {
  const { definitions } = usePage()
  const dialog = useRef<HTMLDialogElement>(null)
  useGlossaryKeys(dialog)
  return (
    <>
      <dialog ref={dialog} class="glossary" aria-labelledby="glossary-title">
        <form method="dialog">
          <h2 id="glossary-title">What the words mean</h2>
          <button type="submit" class="quiet">
            Close <kbd>Esc</kbd>
          </button>
        </form>
        <Scrolls label="Definitions">
          <dl>
            {Object.entries(definitions).map(([name, { title, text }]) => (
              <div key={name} id={`term-${name.replace(' ', '-')}`}>
                <dt>{title}</dt>
                <dd id={`define-${name.replace(' ', '-')}`}>{text}</dd>
              </div>
            ))}
          </dl>
        </Scrolls>
      </dialog>
      <Tip />
    </>
  )
}

function useGlossaryKeys(dialog: { readonly current: HTMLDialogElement | null }): void {
  useEffect(() => {
    const open = (name?: string) => {
      if (dialog.current?.open === false) dialog.current.showModal()
      for (const entry of dialog.current?.querySelectorAll('.named') ?? []) entry.classList.remove('named')
      const entry = name === undefined ? null : document.getElementById(`term-${name.replace(' ', '-')}`)
      entry?.classList.add('named')
      entry?.scrollIntoView({ block: 'center' })
    }
    const onKey = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.matches('input, textarea, select')
      if (event.key === '?' && !typing && !event.ctrlKey && !event.metaKey) {
        event.preventDefault()
        open()
      }
    }
    const onClick = (event: MouseEvent) => {
      const pressed =
        event.target instanceof Element ? event.target.closest<HTMLElement>('[data-term], [data-glossary]') : null
      if (pressed !== null) open(pressed.dataset['term'])
    }
    addEventListener('keydown', onKey)
    addEventListener('click', onClick)
    return () => {
      removeEventListener('keydown', onKey)
      removeEventListener('click', onClick)
    }
  }, [dialog])
}

/** Of the word under the pointer or in focus. It is in the top layer, so that no table cuts it off. Escape takes it away. */
function Tip() {
  const { definitions } = usePage()
  const tip = useRef<HTMLDivElement>(null)
  const [name, setName] = useState<string | null>(null)
  useEffect(() => {
    const show = ({ target }: { readonly target: EventTarget | null }) => {
      const word = target instanceof Element ? target.closest<HTMLElement>('[data-term]') : null
      if (word === null || tip.current === null || word.closest('dialog') !== null) return hide()
      setName(word.dataset['term'] ?? null)
      const { left, bottom } = word.getBoundingClientRect()
      const width = Math.min(320, innerWidth - 24)
      tip.current.style.width = `${width}px`
      tip.current.style.left = `${Math.max(12, Math.min(left, innerWidth - width - 12))}px`
      tip.current.style.top = `${bottom + 6}px`
      tip.current.showPopover?.()
      const { height } = tip.current.getBoundingClientRect()
      if (bottom + 6 + height > innerHeight)
        tip.current.style.top = `${word.getBoundingClientRect().top - height - 6}px`
    }
    const hide = () => tip.current?.hidePopover?.()
    // Focus scrolls to its word: the tip goes along. Under a pointer the word moves away from it.
    const onScroll = () => {
      if (tip.current?.matches(':popover-open') === true) show({ target: document.activeElement })
    }
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && hide()
    const shown = ['pointerover', 'focusin'] as const
    for (const type of shown) addEventListener(type, show)
    addEventListener('scroll', onScroll, { capture: true, passive: true })
    addEventListener('focusout', hide)
    addEventListener('keydown', onKey)
    return () => {
      for (const type of shown) removeEventListener(type, show)
      removeEventListener('scroll', onScroll, { capture: true })
      removeEventListener('focusout', hide)
      removeEventListener('keydown', onKey)
    }
  }, [])
  const definition = name === null ? undefined : definitions[name]
  // The words describe it to assistive technology themselves.
  return (
    <div ref={tip} class="tip" popover="manual" aria-hidden="true">
      {definition !== undefined && (
        <>
          <b>{definition.title}</b> {definition.text}
        </>
      )}
    </div>
  )
}
