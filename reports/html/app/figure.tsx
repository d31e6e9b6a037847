import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { type CsvRow, toCsv } from './csv.ts'
import type { TermName } from './definitions.ts'
import { Term } from './term.tsx'

interface FigureProps {
  /** Of the heading, and of the file that its data is downloaded as. */
  readonly id: string
  readonly title: string
  readonly term?: TermName
  readonly about?: ComponentChildren
  readonly csv?: () => readonly CsvRow[]
  readonly children: ComponentChildren
}

/** A part of the report: a heading, a sentence on how to read it, what it shows, and the data behind it. */
export function Figure({ id, title, term, about, csv, children }: FigureProps) {
  return (
    <section id={id} aria-labelledby={`${id}-title`} class="figure">
      <header>
        <h2 id={`${id}-title`} tabIndex={-1}>
          {title}
        </h2>
        {term !== undefined && <Term of={term}>what is this?</Term>}
        {csv !== undefined && <DataTools id={id} title={title} csv={csv} />}
      </header>
      {about !== undefined && <p class="about">{about}</p>}
      {children}
    </section>
  )
}

/** The data of a figure, to a file or the clipboard. The file is made in the page: nothing is asked of any server. */
export function DataTools({ id, title, csv }: { id: string; title: string; csv: () => readonly CsvRow[] }) {
  const [copied, setCopied] = useState(false)
  const download = () => {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([toCsv(csv())], { type: 'text/csv' }))
    link.download = `${id}.csv`
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
  }
  const copy = async () => {
    await copyText(toCsv(csv()))
    setCopied(true)
    setTimeout(() => setCopied(false), 2000)
  }
  return (
    <span class="tools">
      <button type="button" class="quiet" onClick={download} aria-label={`Download the data of ${title} as CSV`}>
        CSV
      </button>
      <button type="button" class="quiet" onClick={copy} aria-label={`Copy the data of ${title} as CSV`}>
        {copied ? 'Copied' : 'Copy'}
      </button>
    </span>
  )
}

/** A page from a file may not be let to the clipboard; then by way of a field that is selected. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    const field = document.createElement('textarea')
    field.value = text
    document.body.append(field)
    field.select()
    document.execCommand('copy')
    field.remove()
  }
}
