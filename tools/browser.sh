#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The browser journeys need Chromium and a Chinese font: without the font it draws boxes and says nothing.
# As root on Debian they are installed; else the command is printed and nothing is skipped in silence.
set -eu

missing() {
    command -v chromium > /dev/null 2>&1 || return 0
    command -v fc-list > /dev/null 2>&1 || return 0
    [ -n "$(fc-list :lang=zh-cn family)" ] || return 0
    return 1
}

missing || exit 0
packages="chromium fontconfig fonts-noto-cjk"
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null 2>&1; then
    echo "installing $packages from Debian's packages"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends $packages > /dev/null
    missing || exit 0
fi
echo "The tests need Chromium and a Chinese font. On Debian, as root:" >&2
echo "    apt-get install --no-install-recommends $packages" >&2
exit 1
