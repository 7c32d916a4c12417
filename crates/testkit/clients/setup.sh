#!/bin/sh
# Installs the stock Socket.IO clients into the folder given, once; several at a time wait for each other.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
target=$(cd "$1" && pwd)
if command -v flock >/dev/null 2>&1; then
    exec 9>"$target/lock"
    flock 9
fi

wanted=$(cat "$here/node/package-lock.json" "$here/python/requirements.txt" | cksum)
# An environment of Python ends with the Python that it was made with.
if [ "$(cat "$target/installed" 2>/dev/null)" = "$wanted" ] && "$target/python/bin/python" -c 'import socketio' 2>/dev/null; then
    exit 0
fi
rm -rf "$target/installed" "$target/node" "$target/python"
mkdir -p "$target/node"
cp "$here/node/package.json" "$here/node/package-lock.json" "$target/node/"
(cd "$target/node" && npm ci --no-audit --no-fund --loglevel=error)
python3 -m venv "$target/python"
"$target/python/bin/pip" install --quiet --disable-pip-version-check -r "$here/python/requirements.txt"
echo "$wanted" >"$target/installed"
