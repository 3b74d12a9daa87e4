const defaultSeed = 1

/** True under `npm run test:full`: run what takes long in full, not in its short form. */
export const full = process.env['K2S_DNS_TEST_FULL'] === '1'

/** Where every random choice of a test starts, so that a failure can be had again. 32 bits. */
export const seed = seedOf(process.env['K2S_DNS_TEST_SEED'])

function seedOf(text: string | undefined): number {
  if (text === undefined) return defaultSeed
  const value = Number(text)
  if (/^\d+$/.test(text) && value < 2 ** 32) return value
  throw new Error(`K2S_DNS_TEST_SEED \`${text}\` must be a whole number below 2^32, as in 42`)
}
