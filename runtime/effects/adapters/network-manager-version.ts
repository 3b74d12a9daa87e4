import type { SystemBus } from '../../clients/system-bus.ts'

export const networkManager = 'org.freedesktop.NetworkManager'

/** Before 1.26.6 what NetworkManager tells systemd-resolved beats what anybody else does (Tailscale's finding). */
const overruling = /^1\.26\.[0-5]$/

export async function overrulesOthers(bus: SystemBus, signal: AbortSignal): Promise<boolean> {
  if (!(await bus.hasOwner(networkManager, signal))) return false
  const manager = {
    service: networkManager,
    path: '/org/freedesktop/NetworkManager',
    interface: networkManager,
  }
  return overruling.test(String(await bus.property(manager, 'Version', signal)))
}
