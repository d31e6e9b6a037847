/** The release of Argo Rollouts whose behaviour clusters/sim/argo reproduces; paths in its docstrings are of that tag. */
export const argoRolloutsVersion = 'v1.9.1'
