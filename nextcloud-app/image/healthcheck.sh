#!/bin/sh
# Healthy is who answers the heartbeat: on the socket behind a tunnel, else on the port.
set -eu
if [ -n "${HP_SHARED_KEY:-}" ]; then
    set -- -U /tmp/exapp.sock
else
    case "${APP_HOST:-}" in
        '' | 0.0.0.0 | localhost) set -- 127.0.0.1 "${APP_PORT:-8377}" ;;
        ::) set -- ::1 "${APP_PORT:-8377}" ;;
        *) set -- "$APP_HOST" "${APP_PORT:-8377}" ;;
    esac
fi
printf 'GET /heartbeat HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' | nc.openbsd -w 5 "$@" |
    grep -q '"status" *: *"ok"'
