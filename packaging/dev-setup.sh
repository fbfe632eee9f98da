#!/usr/bin/env bash
# Makes a checkout ready to run: system packages, a CPython 3.11-3.13, and .venv exactly as uv.lock says.
#
# Run it as often as you like: what is there already is left alone, and a finished set-up is recognised by its
# stamp without asking the network. System packages come from apt (Debian, Ubuntu and kin); elsewhere the
# script names what is missing and stops, because guessing at another system's package names helps nobody.
set -euo pipefail
cd "$(dirname "$0")/.."

STAMP=.venv/.set-up
TOOLS=build/tools            # uv, where the machine has none; never inside .venv, which holds only uv.lock
UV_AT_LEAST=0.9

say() { printf 'set-up: %s\n' "$*"; }
stop() {
    printf 'set-up: stopped: %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '        %s\n' "$line" >&2; done
    exit 1
}
phase() { # phase NAME COMMAND...: run it, then say how long it took
    local name=$1 began=$SECONDS
    shift
    say "$name ..."
    "$@"
    say "$name: $((SECONDS - began)) s"
}

fingerprint() { cat uv.lock pyproject.toml packaging/dev-setup.sh | sha256sum | cut -d' ' -f1; }

# ---- system packages ------------------------------------------------------------------------------------------

has_command() {
    local name
    for name in "$@"; do
        command -v "$name" >/dev/null 2>&1 || [ -x "/usr/sbin/$name" ] && return 0
    done
    return 1
}
has_file() { # any of the given patterns matches a file
    local pattern
    for pattern in "$@"; do
        compgen -G "$pattern" >/dev/null && return 0
    done
    return 1
}
has_library() { has_file "/usr/lib/*/$1" "/usr/lib64/$1" "/usr/lib/$1" "/usr/local/lib/$1"; }

# Each line: is the thing itself there? If not, the Debian package that brings it. Asking for the thing rather than
# for the package makes the same check right on any distribution, and where a package was renamed.
missing_packages() {
    has_command git || echo git
    has_command make || echo make
    has_file /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem || echo ca-certificates
    has_command gcc || echo gcc
    has_file /usr/include/stdio.h || echo libc6-dev
    has_file /usr/include/PCSC/winscard.h /usr/local/include/PCSC/winscard.h || echo libpcsclite-dev
    has_command pcscd || echo pcscd
    has_file '/usr/lib/pcsc/drivers/serial/libifdvpcd.so*' '/usr/lib*/pcsc/drivers/serial/libifdvpcd.so*' || echo vsmartcard-vpcd
    has_library libGL.so.1 || echo libgl1
    has_library libEGL.so.1 || echo libegl1
    has_file '/usr/lib/*/dri/swrast_dri.so' '/usr/lib*/dri/swrast_dri.so' '/usr/lib/*/libgallium-*.so' || echo libgl1-mesa-dri
    has_library libmtdev.so.1 || echo libmtdev1
    has_command Xvfb || echo xvfb
    has_command xdotool || echo xdotool
    has_command xclip || echo xclip
    has_command espeak-ng || echo espeak-ng
    has_command chromium chromium-browser google-chrome || echo chromium
    has_file '/usr/lib/postgresql/*/bin/initdb' '/usr/pgsql-*/bin/initdb' || has_command initdb || echo postgresql
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}
apt_get() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" </dev/null; }
apt_offers() { apt-cache show "$1" >/dev/null 2>&1; }

apt_refreshed=no
may_use_apt() { # may_use_apt WHAT...: stops, naming what is missing, where apt or the rights are not there
    has_command apt-get || stop "this system has no apt. Please install by its own means:" "$*"
    if [ "$(id -u)" != 0 ]; then
        has_command sudo || stop "not root and no sudo. As root, please run:" "apt-get install --no-install-recommends $*"
        [ -t 0 ] || sudo -n true 2>/dev/null || stop "sudo asks for a password and nobody is there to type it. As root, please run:" \
            "apt-get install --no-install-recommends $*"
    fi
    if [ "$apt_refreshed" = no ]; then
        # One broken third-party source must not stop us: what we need may still be on offer.
        apt_get update >/dev/null || say "apt-get update had errors; going on with what is known"
        apt_refreshed=yes
    fi
}

install_packages() {
    local log=build/set-up-apt.log
    mkdir -p build
    say "installing $*"
    apt_get install -y --no-install-recommends "$@" >"$log" 2>&1 || { tail -n 15 "$log" >&2; stop "apt could not install: $*" "whole log: $log"; }
}

# Debian starts a database of its own when PostgreSQL arrives. The bench makes its own, so we ask Debian not to,
# for this one installation, and put its configuration back afterwards.
install_postgresql() {
    local conf=/etc/postgresql-common/createcluster.conf kept
    install_packages postgresql-common
    kept=$(mktemp)
    cat "$conf" >"$kept" 2>/dev/null || true
    printf '\ncreate_main_cluster = false\n' | cat "$kept" - | as_root tee "$conf" >/dev/null
    install_packages postgresql
    as_root tee "$conf" >/dev/null <"$kept"
    rm -f "$kept"
}

system_packages() {
    local wanted=() package
    mapfile -t wanted < <(missing_packages; python_packages)
    [ "${#wanted[@]}" -gt 0 ] || { say "nothing is missing"; return; }
    may_use_apt "${wanted[@]}"
    local plain=()
    for package in "${wanted[@]}"; do
        case $package in
            postgresql) ;;
            # Ubuntu calls it otherwise.
            chromium) if apt_offers chromium; then plain+=(chromium); else plain+=(chromium-browser); fi ;;
            *) plain+=("$package") ;;
        esac
    done
    [ "${#plain[@]}" = 0 ] || install_packages "${plain[@]}"
    [ "${#plain[@]}" = "${#wanted[@]}" ] || install_postgresql
}

# ---- Python ---------------------------------------------------------------------------------------------------

# Kivy has wheels for these only; pyscard is compiled, so the headers must be there. Prints "yes" or what is wrong.
PROBE='
import os, sys, sysconfig
v = sys.version_info
if sys.implementation.name != "cpython" or not (3, 11) <= v[:2] <= (3, 13) or v.releaselevel != "final":
    print("version")
elif sysconfig.get_config_var("Py_GIL_DISABLED"):
    print("version")
elif not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")):
    print("headers")
else:
    print("yes")
'
probe() { "$1" -I -c "$PROBE" 2>/dev/null || echo version; }

candidates() { # where a CPython may be, the plainest first
    local name root
    [ -z "${ONECARD_PYTHON:-}" ] || { echo "$ONECARD_PYTHON"; return; }
    for name in python3 python3.13 python3.12 python3.11; do type -ap "$name" || true; done
    root=${PYENV_ROOT:-$HOME/.pyenv}
    compgen -G "$root/versions/3.1[123].*/bin/python3" | sort -rV || true
}
python_with() { # python_with ANSWER: the first candidate that answers so
    local path
    while read -r path; do
        if [ "$(probe "$path")" = "$1" ]; then echo "$path"; return 0; fi
    done < <(candidates)
    return 1
}

minor() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])'; }

# The packages that make a usable Python out of what is there (nothing when one is usable already).
python_packages() {
    local path
    if path=$(python_with yes); then
        :
    elif path=$(python_with headers); then
        echo "python$(minor "$path")-dev"
    elif has_command python3; then
        path=$(command -v python3) # of a wrong version; still good enough to bring uv
    else
        printf '%s\n' python3 python3-dev python3-venv
        return
    fi
    # uv is fetched with pip where it is not installed; Debian keeps pip's seed in a package of its own.
    usable_uv >/dev/null || "$path" -c 'import ensurepip' 2>/dev/null || echo "python$(minor "$path")-venv"
}

# The system's own python3 is too old or too new for Kivy: another one from apt, else one that uv keeps.
another_python() {
    local version
    if has_command apt-get; then
        for version in 3.13 3.12 3.11; do
            if apt_offers "python$version-dev"; then
                may_use_apt "python$version" "python$version-dev"
                install_packages "python$version" "python$version-dev" "python$version-venv"
                python_with yes >/dev/null && return 0
            fi
        done
    fi
    has_command python3 || stop "no Python at all. Please install CPython 3.11, 3.12 or 3.13 with its headers."
    say "python3 is $(python3 -c 'import platform; print(platform.python_version())'), which Kivy has no build for: asking uv for 3.12"
    local uv
    uv=$(find_uv python3) && "$uv" python install --quiet 3.12 && ONECARD_PYTHON=$("$uv" python find 3.12) && [ "$(probe "$ONECARD_PYTHON")" = yes ] ||
        stop "no CPython 3.11, 3.12 or 3.13 found, and none could be fetched." "Install one with its headers, or name one: ONECARD_PYTHON=/path/to/python3.12 make ..."
}

# ---- the environment ------------------------------------------------------------------------------------------

usable_uv() { # prints a uv that is new enough
    local path version
    while read -r path; do
        version=$("$path" --version 2>/dev/null | cut -d' ' -f2) || continue
        if [ -n "$version" ] && printf '%s\n%s\n' "$UV_AT_LEAST" "$version" | sort -CV; then echo "$path"; return 0; fi
    done < <(type -ap uv || true; echo "$PWD/$TOOLS/bin/uv")
    return 1
}
find_uv() { # find_uv PYTHON: an installed uv, else one from pip
    usable_uv && return 0
    "$1" -m venv --clear "$TOOLS" >&2 && "$TOOLS/bin/python" -m pip install --quiet --disable-pip-version-check "uv>=$UV_AT_LEAST,<1" >&2 || return 1
    usable_uv
}

environment() { # environment PYTHON
    local uv authorities=/etc/ssl/certs/ca-certificates.crt
    # pip and uv bring certificates of their own; a site may have added one to the system's, so those decide.
    if [ -z "${SSL_CERT_FILE:-}" ] && [ -e "$authorities" ]; then
        export SSL_CERT_FILE=$authorities PIP_CERT=${PIP_CERT:-$authorities}
    fi
    uv=$(find_uv "$1") || stop "uv is not installed and pip could not fetch it: is the package index reachable?"
    say "$("$1" --version) at $1, $("$uv" --version | cut -d' ' -f1,2)"
    # Compiled now, once, on every core: otherwise the first start of each program does it, and where
    # PYTHONDONTWRITEBYTECODE is set every start of every program.
    UV_PROJECT_ENVIRONMENT=.venv UV_PYTHON_DOWNLOADS=never \
        "$uv" sync --quiet --frozen --extra dev --compile-bytecode --python "$1" ||
        stop "the packages of uv.lock could not be installed (see above)."
}

prove() { # the parts that fail late and obscurely when the machine lacks something
    KIVY_NO_ARGS=1 KIVY_NO_CONFIG=1 KIVY_NO_FILELOG=1 KIVY_NO_CONSOLELOG=1 \
        .venv/bin/python -I -c 'import kivy, litestar, smartcard.scard, sqlalchemy, onecard' >/dev/null 2>build/set-up-import.log ||
        { tail -n 5 build/set-up-import.log >&2; stop "the environment is there but does not import."; }
}

main() {
    if [ "$(cat "$STAMP" 2>/dev/null)" = "$(fingerprint)" ] && .venv/bin/python -c '' 2>/dev/null; then
        touch "$STAMP"
        return
    fi
    local python
    if [ -n "${ONECARD_PYTHON:-}" ] && [ "$(probe "$ONECARD_PYTHON")" != yes ]; then
        stop "ONECARD_PYTHON=$ONECARD_PYTHON is no CPython 3.11, 3.12 or 3.13 with its headers."
    fi
    mkdir -p build
    phase "system packages" system_packages
    python=$(python_with yes) || { phase "another Python" another_python; python=$(python_with yes); }
    phase "Python packages" environment "$python"
    phase "check" prove
    fingerprint >"$STAMP"
    say "ready after $SECONDS s"
}

main "$@"
