import type { FileKind } from '../files/faults.ts'

export const hostsFileKind: FileKind = {
  name: 'hosts file',
  ENOENT: 'create it empty, or name the right one in host.hostsFile.paths',
  EROFS: 'add the names where the file is made (NixOS: networking.hosts)',
}
