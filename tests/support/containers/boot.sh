# Boots systemd on an overlay of this machine's root, in new namespaces; run by debian_machine.py in a new mount
# namespace, with the folder for the root. It ends with systemd.
set -e
root=$1

# A control group of its own: systemd takes the root of its control groups.
groups=$root.groups
mkdir "$groups"
mount -t cgroup2 cgroup2 "$groups"
group=$groups/bpmn-events-machine-$$
mkdir "$group"
trap 'echo $$ > "$groups/cgroup.procs"; find "$group" -depth -type d -exec rmdir {} +' EXIT
echo $$ > "$group/cgroup.procs"

# The changes are in memory, because a folder below the lower one cannot be the upper one.
mount -t tmpfs -o size=75% tmpfs "$root"
mkdir "$root"/{upper,work,merged}
mount -t overlay overlay -o "lowerdir=/,upperdir=$root/upper,workdir=$root/work" "$root/merged"
root=$root/merged

mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do
    touch "$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root"/dev/{pts,shm}
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
mount -t tmpfs tmpfs "$root/dev/shm"
cp /etc/hosts /etc/resolv.conf "$root/etc"
# Neither updates of packages nor other periodic work of Debian.
for timer in "$root"/etc/systemd/system/timers.target.wants/*; do
    ln -sf /dev/null "$root/etc/systemd/system/${timer##*/}"
done

setpriv --pdeathsig=KILL unshare --net --pid --uts --ipc --cgroup --mount --fork --kill-child bash -ec '
    mount -t proc proc "$1/proc"
    mount -t sysfs sysfs "$1/sys"
    mount -t cgroup2 cgroup2 "$1/sys/fs/cgroup"
    ip link set lo up
    # Unlike a process with chroot, one with pivot_root may create user namespaces, which PrivateUsers= does.
    mkdir "$1/run/outside"
    cd "$1"
    pivot_root . run/outside
    umount --lazy /run/outside
    rmdir /run/outside
    exec env --ignore-environment container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin \
        /lib/systemd/systemd --system --unit=basic.target
' boot "$root" || true
