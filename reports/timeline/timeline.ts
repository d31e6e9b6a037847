/** What is drawn and told of one trial. */
export interface Timeline {
  readonly trial: string
}
