/** What somebody types to run this program again: npm and npx put no `carmine` on the path. */
export function programName(env: { readonly npm_config_user_agent?: string | undefined }): string {
  return env.npm_config_user_agent === undefined ? 'carmine' : 'npx carmine'
}
