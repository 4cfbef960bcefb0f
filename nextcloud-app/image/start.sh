#!/bin/sh
# Root prepares the folders and the tunnel's settings; the tunnel and VoiceAssist run as an ordinary user.
set -eu

say() { echo "start.sh: $*" >&2; }

user=10001
data="${APP_PERSISTENT_STORAGE:-/nc_app_voiceassist_data}"
cache="$data/cache"

mkdir -p "$data"
if [ "$(id -u)" = 0 ]; then
    # By its path: the shell has an applet of the same name that knows less.
    as_user="/usr/bin/setpriv --reuid=$user --regid=$user --clear-groups --no-new-privs"
    # Only what has another owner, so that a large folder costs a look and not a rewrite.
    find "$data" ! -user "$user" -exec chown -h "$user:$user" {} +
else
    as_user=""
fi

# The host looks for models, libraries and plugins in one folder. What the image brings is linked into
# it at each start, so that an update of the image is one of them too.
$as_user mkdir -p "$cache"
for part in lib plugins; do
    $as_user ln -sfn "/opt/voiceassist/$part" "$cache/$part"
done
for models in /models /opt/voiceassist/models; do
    if [ -f "$models/all-MiniLM-L6-v2/model.onnx" ]; then
        if [ -d "$cache/models" ] && [ ! -L "$cache/models" ]; then
            say "$cache/models is used, not $models; delete it to use those"
        else
            $as_user ln -sfn "$models" "$cache/models"
        fi
        break
    fi
done
[ -f "$cache/models/all-MiniLM-L6-v2/model.onnx" ] ||
    say "NO MODELS: documents are found by their words only. Mount the unpacked models bundle at /models," \
        "or unpack it into $cache, and start again (docs/INSTALL.md)"

export HOME="$data"
export VOICEASSIST_DATA_DIR="$data" VOICEASSIST_CACHE_DIR="$cache" VOICEASSIST_WEB_DIR=/opt/voiceassist/web
if [ -z "${VOICEASSIST_LISTEN:-}" ] && [ -n "${APP_PORT:-}" ]; then
    case "${APP_HOST:-127.0.0.1}" in
        *:*) VOICEASSIST_LISTEN="[${APP_HOST}]:$APP_PORT" ;;
        localhost) VOICEASSIST_LISTEN="127.0.0.1:$APP_PORT" ;;
        *) VOICEASSIST_LISTEN="${APP_HOST:-127.0.0.1}:$APP_PORT" ;;
    esac
    export VOICEASSIST_LISTEN
fi
umask 077

# A HaRP daemon that is not `direct` reaches the app through a tunnel that starts here and ends at the
# host's socket.
quoted() { printf '"%s"' "$(printf '%s' "$1" | sed 's/[\\"]/\\&/g')"; }
if [ -n "${HP_SHARED_KEY:-}" ]; then
    rm -rf /tmp/frp.*
    settings="$(mktemp -d /tmp/frp.XXXXXX)/frpc.toml"
    {
        echo "serverAddr = $(quoted "$HP_FRP_ADDRESS")"
        echo "serverPort = $HP_FRP_PORT"
        echo "loginFailExit = false"
        echo "metadatas.token = $(quoted "$HP_SHARED_KEY")"
        if [ -d /certs/frp ]; then
            echo 'transport.tls.enable = true'
            echo 'transport.tls.certFile = "/certs/frp/client.crt"'
            echo 'transport.tls.keyFile = "/certs/frp/client.key"'
            echo 'transport.tls.trustedCaFile = "/certs/frp/ca.crt"'
            echo 'transport.tls.serverName = "harp.nc"'
        else
            echo 'transport.tls.enable = false'
        fi
        echo '[[proxies]]'
        echo "name = $(quoted "$APP_ID")"
        echo 'type = "tcp"'
        echo "remotePort = $APP_PORT"
        echo '[proxies.plugin]'
        echo 'type = "unix_domain_socket"'
        echo 'unixPath = "/tmp/exapp.sock"'
    } > "$settings"
    if [ "$(id -u)" = 0 ]; then
        chown -R "$user:$user" "$(dirname "$settings")"
        [ ! -d /certs/frp ] || chown -R "$user:$user" /certs/frp
    fi
    rm -f /tmp/exapp.sock
    if [ -x /usr/local/bin/frpc ]; then
        say "tunnel to $HP_FRP_ADDRESS:$HP_FRP_PORT, remote port $APP_PORT, socket /tmp/exapp.sock"
        (while :; do
            $as_user /usr/local/bin/frpc -c "$settings" >&2 || true
            say "the tunnel ended; it is started again in 5 s"
            sleep 5
        done) &
    else
        say "NO TUNNEL: this HaRP daemon needs frpc, and this image was built without it." \
            "Build it with --frpc, or register the daemon with --harp_exapp_direct (docs/INSTALL.md)"
    fi
fi

[ -n "$as_user" ] || user="$(id -u)"
say "starting $* as user $user on ${VOICEASSIST_LISTEN:-the default address}, Nextcloud is ${NEXTCLOUD_URL:-not named}"
# shellcheck disable=SC2086
exec $as_user "$@"
