import { buildBinaries } from './build.ts'

/** `npm run binary` */
const into = `${import.meta.dirname}/../../dist`
for (const file of await buildBinaries({ into, signal: new AbortController().signal })) {
  console.log(file)
}
