/** A cluster that trials run on, with the rights of the harness. */
export interface Cluster {
  /** Text of a kubeconfig file whose current context is the cluster's. */
  readonly kubeconfig: string
  /** @returns its stdout. @throws with the end of its stderr when it fails */
  kubectl(args: readonly string[], input?: string): Promise<string>
}
