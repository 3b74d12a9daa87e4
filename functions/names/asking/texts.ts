/** Labels or annotations, as objects have them. */
export type Texts = Readonly<Record<string, string>> | null | undefined

/** Undefined if there is none: `constructor` is a right key, which any object of JavaScript seems to have. */
export const textAt = (texts: Texts, key: string): string | undefined =>
  texts && Object.hasOwn(texts, key) ? texts[key] : undefined
