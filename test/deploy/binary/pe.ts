/** A Windows executable (PE32+), as far as it matters here. */
export interface Pe {
  /** Bytes of Authenticode's signature. */
  readonly signatureBytes: number
  /** Of the type RT_RCDATA, by name. */
  readonly resources: ReadonlyMap<string, Buffer>
}

const rtRcdata = 10
const resourceDirectory = 2
const certificateDirectory = 4

/** @see Microsoft's "PE Format" */
export function readPe(file: Buffer): Pe {
  const header = file.readUInt32LE(0x3c)
  if (file.toString('latin1', header, header + 4) !== 'PE\0\0') throw new Error('it is no PE file')
  const optional = header + 24
  if (file.readUInt16LE(optional) !== 0x20b) throw new Error('it is not for 64 bits')
  const directory = (index: number) => {
    const at = optional + 112 + index * 8
    return { address: file.readUInt32LE(at), bytes: file.readUInt32LE(at + 4) }
  }
  const sections = Array.from({ length: file.readUInt16LE(header + 6) }, (_, index) => {
    const at = optional + file.readUInt16LE(header + 20) + index * 40
    const [bytes, address, , offset] = [8, 12, 16, 20].map((field) => file.readUInt32LE(at + field))
    return { bytes: bytes ?? 0, address: address ?? 0, offset: offset ?? 0 }
  })
  const offsetOf = (address: number) => {
    const home = sections.find((s) => address >= s.address && address < s.address + s.bytes)
    if (!home) throw new Error(`no section has the address ${address}`)
    return address - home.address + home.offset
  }

  const root = offsetOf(directory(resourceDirectory).address)
  /** Entries of a table of resources: their numbers or names, and where each leads from the root. */
  const entries = (table: number) => {
    const count = file.readUInt16LE(table + 12) + file.readUInt16LE(table + 14)
    return Array.from({ length: count }, (_, index) => {
      const [id, to] = [0, 4].map((field) => file.readUInt32LE(table + 16 + index * 8 + field))
      return { id: idOf(id ?? 0), at: root + ((to ?? 0) & 0x7fffffff) }
    })
  }
  const idOf = (id: number) => {
    if (id < 0x80000000) return String(id)
    const name = root + (id & 0x7fffffff)
    return file.toString('utf16le', name + 2, name + 2 + file.readUInt16LE(name) * 2)
  }
  const raw = entries(root).find(({ id }) => id === String(rtRcdata))
  const resources = (raw ? entries(raw.at) : []).map(({ id, at }) => {
    const [language] = entries(at)
    if (!language) throw new Error(`the resource ${id} is empty`)
    const offset = offsetOf(file.readUInt32LE(language.at))
    return [id, file.subarray(offset, offset + file.readUInt32LE(language.at + 4))] as const
  })
  return {
    signatureBytes: directory(certificateDirectory).bytes,
    resources: new Map(resources),
  }
}
