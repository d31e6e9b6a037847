/** Runs a part and then cleans up. @throws the part's error where it has one, and tells that of the clean-up beside it */
export async function withCleanUp<T>(
  part: () => Promise<T>,
  cleanUp: () => Promise<void>,
  say: (line: string) => void,
): Promise<T> {
  let result: T
  try {
    result = await part()
  } catch (error) {
    await cleanUp().catch((failed: Error) =>
      say(`the clean-up failed too, \`carmine clean\` goes on with it: ${failed.message}`),
    )
    throw error
  }
  await cleanUp()
  return result
}
