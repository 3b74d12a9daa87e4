/** Of the PE format: where an executable's directories begin, in bytes from its optional header (PE32+). */
const directories = 112
const certificateTable = 4

/**
 * Takes Authenticode's signature off a Windows executable: with a blob put in it would be false, which looks worse than
 * none. The signature is the last thing in the file.
 * @see Microsoft's "PE Format", "Optional Header Data Directories" and "The Attribute Certificate Table"
 */
export function withoutSignature(executable: Buffer): Buffer {
  const optionalHeader = executable.readUInt32LE(0x3c) + 4 + 20 // after the mark `PE\0\0` and the file header
  const entry = optionalHeader + directories + certificateTable * 8
  const from = executable.readUInt32LE(entry) // an offset in the file, other than for all other directories
  if (from === 0) return executable
  const unsigned = Buffer.from(executable.subarray(0, from))
  unsigned.fill(0, entry, entry + 8)
  return unsigned
}
