/** An address and its port as one text, as in a URL (RFC 3986 3.2.2): `10.0.0.1:53`, `[fd00::1]:53`. */
export const hostPort = (address: string, port: number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
