/** What it was rejected with, or that it was not. */
export const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'it did not fail',
    (error: unknown) => error,
  )

/** `error name: message`, or what was thrown instead of an error */
export const thrownBy = (run: () => unknown): string => {
  try {
    run()
    return 'nothing was thrown'
  } catch (thrown) {
    return String(thrown)
  }
}
