#!/bin/sh
# The first process of a host's own namespaces: it mounts what the host is to have, tells that, and stays.
# Started by host.ts: namespace.sh PACKAGES SCRATCH, as root, in new mount, network and process namespaces.
set -eu
packages=$1 scratch=$2
read -r pid _ </proc/self/stat # as the namespace outside counts it, whose /proc this still is

mount --make-rprivate /
mount -t proc proc /proc
mount -t sysfs -o ro sysfs /sys # read only, so that NetworkManager waits for no udev
mount -t tmpfs scratch "$scratch"
mkdir "$scratch/etc" "$scratch/work"
mount -t overlay usr -o "lowerdir=$packages/usr:/usr" /usr
mount -t overlay etc -o "lowerdir=$packages/etc:/etc,upperdir=$scratch/etc,workdir=$scratch/work" /etc
mount -t tmpfs run /run
mount -t tmpfs lib /var/lib
mkdir -p /run/dbus /run/systemd/system /run/systemd/resolve /run/systemd/netif/links /var/lib/NetworkManager /var/lib/misc

ip link set lo up
echo 'systemd-resolve:x:991:991::/:/usr/sbin/nologin' >>/etc/passwd # the package's own script would
echo 'systemd-resolve:x:991:' >>/etc/group
chown systemd-resolve:systemd-resolve /run/systemd/resolve
rm -f /etc/resolv.conf # a file of its own, whatever it was
echo 'nameserver 127.0.0.53' >/etc/resolv.conf

echo "$pid" >"$scratch.pid"
exec sleep infinity
