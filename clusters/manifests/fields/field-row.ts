/**
 * What becomes of a field: `honoured` as on a cluster; `inert`: accepted, changes nothing here; `refused`: an error, because a trial that
 * ignored it would show something else than the cluster does.
 */
export interface FieldVerdict {
  readonly verdict: 'honoured' | 'inert' | 'refused'
  /** Why, for people; empty where the field is honoured. */
  readonly reason: string
}

export interface FieldRow extends FieldVerdict {
  /** `[]` is any index, `[0]` the first one, `[1+]` the others, `*` any key; `.**` takes in the field and all below it. */
  readonly fields: readonly string[]
}

export const honoured = (...fields: string[]): FieldRow => ({ verdict: 'honoured', reason: '', fields })
export const inert = (reason: string, ...fields: string[]): FieldRow => ({ verdict: 'inert', reason, fields })
export const refused = (reason: string, ...fields: string[]): FieldRow => ({ verdict: 'refused', reason, fields })

export const under = (prefix: string, ...fields: string[]) => fields.map(field => `${prefix}.${field}`)

/** Of fields of which one value alone is taken, which is checked elsewhere. */
export const holdsAnyway = 'it says what holds anyway; any other value is an error'
