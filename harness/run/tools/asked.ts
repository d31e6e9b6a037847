import type { Run } from '../row.ts'

/** The part of a run that tools look at. */
export type Asked = Pick<Run, 'setting' | 'world' | 'forge'>
