import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Plugin } from 'esbuild'
import protobuf from 'protobufjs'

const reading = /loadSync\)\(`\$\{__dirname\}\/\.\.\/proto\/rpc\.proto`,/

/**
 * etcd3 reads etcd's protocol from `.proto` files beside its code whenever it is loaded. Here they are read once and
 * become a part of it. A build fails if etcd3 reads them in another way than 1.1.2 does.
 */
export const etcd3Protocol: Plugin = {
  name: 'etcd3-protocol',
  setup(build) {
    build.onLoad({ filter: /[\\/]etcd3[\\/]lib[\\/]connection-pool\.js$/ }, async (file) => {
      const source = await readFile(file.path, 'utf8')
      if (!reading.test(source)) throw new Error(`${file.path} does not contain ${reading}`)
      const root = new protobuf.Root()
      const protocol = path.join(path.dirname(file.path), '..', 'proto', 'rpc.proto')
      await root.load(protocol, { keepCase: true }) // as etcd3 has it
      return { contents: source.replace(reading, () => `fromJSON)(${JSON.stringify(root)},`) }
    })
  },
}
