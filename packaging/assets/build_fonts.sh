#!/bin/sh
# Rebuilds assets/fonts from the Debian package fonts-noto-cjk. Needs the project's dev environment (fontTools).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
python=${PYTHON:-$top/.venv/bin/python}
folder=${1:-/usr/share/fonts/opentype/noto}
[ -f "$folder/NotoSansCJK-Regular.ttc" ] || {
    echo "NotoSansCJK-Regular.ttc is not in $folder: apt-get install fonts-noto-cjk, or name its folder" >&2
    exit 1
}
exec "$python" "$here/build_fonts.py" "$folder"
