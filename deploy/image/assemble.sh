#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The image without a registry and without a container engine:
#
#   deploy/image/assemble.sh [-p PROGRAM] [-t NAME:TAG] [-o FILE.tar]
#
# Writes one archive that is both an OCI layout and what `docker load`, `podman load`,
# `ctr images import` and `kind load image-archive` read. The same files give the same bytes:
# times are those of the last commit (SOURCE_DATE_EPOCH). Prints the size that is pulled.
set -euo pipefail
cd "$(dirname "$0")/../.." || exit 1

PROGRAM=build/rushlight
NAME=rushlight:latest
OUT=build/rushlight-image.tar
while getopts p:t:o: option; do
    case $option in
    p) PROGRAM=$OPTARG ;;
    t) NAME=$OPTARG ;;
    o) OUT=$OPTARG ;;
    *) exit 2 ;;
    esac
done
EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

# Moves a file among the blobs and prints its digest.
blob()
{
    local digest
    digest=$(sha256sum "$1" | cut -d' ' -f1)
    mv "$1" "$WORK/image/blobs/sha256/$digest"
    echo "$digest"
}

size_of() { stat -c %s "$WORK/image/blobs/sha256/$1"; }

pack() # directory, archive; the archive's rights and owners do not depend on who makes it
{
    tar --create --directory="$1" --sort=name --mtime="@$EPOCH" --numeric-owner \
        --owner=0 --group=0 --format=posix --pax-option=delete=atime,delete=ctime \
        --exclude=./data --file="$2" .
    # The one directory that is the user's own.
    mkdir -p "$WORK/own/data"
    chmod 700 "$WORK/own/data"
    tar --append --directory="$WORK/own" --mtime="@$EPOCH" --numeric-owner --owner=65532 \
        --group=65532 --format=posix --pax-option=delete=atime,delete=ctime --file="$2" ./data
}

architecture()
{
    case $(uname -m) in
    x86_64) echo amd64 ;;
    aarch64) echo arm64 ;;
    *) uname -m ;;
    esac
}

write_config() # digest of the unpacked layer
{
    cat <<JSON
{"architecture":"$(architecture)","os":"linux","created":"$(date -u -d "@$EPOCH" +%FT%TZ)",
"config":{"User":"65532:65532","Entrypoint":["/usr/bin/rushlight"],"Cmd":["serve"],
"Env":["PATH=/usr/bin","RUSHLIGHT_LISTEN=0.0.0.0:","RUSHLIGHT_DATA_DIR=/data"],
"WorkingDir":"/data","ExposedPorts":{"3000/tcp":{},"3030/tcp":{}},"Volumes":{"/data":{}},
"Labels":{"org.opencontainers.image.title":"rushlight","org.opencontainers.image.licenses":"MIT"}},
"rootfs":{"type":"layers","diff_ids":["sha256:$1"]},
"history":[{"created":"$(date -u -d "@$EPOCH" +%FT%TZ)","created_by":"deploy/image/assemble.sh"}]}
JSON
}

write_manifest() # config, layer
{
    cat <<JSON
{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:$1","size":$(size_of "$1")},
"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"sha256:$2","size":$(size_of "$2")}]}
JSON
}

write_index() # manifest
{
    cat <<JSON
{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:$1",
"size":$(size_of "$1"),"annotations":{"io.containerd.image.name":"docker.io/library/$NAME",
"org.opencontainers.image.ref.name":"${NAME##*:}"},
"platform":{"architecture":"$(architecture)","os":"linux"}}]}
JSON
}

main()
{
    local diff config layer manifest
    mkdir -p "$WORK/root" "$WORK/image/blobs/sha256"
    deploy/image/rootfs.sh "$PROGRAM" "$WORK/root"
    pack "$WORK/root" "$WORK/layer.tar"
    diff=$(sha256sum "$WORK/layer.tar" | cut -d' ' -f1)
    gzip -n -9 "$WORK/layer.tar"
    layer=$(blob "$WORK/layer.tar.gz")
    write_config "$diff" >"$WORK/config.json"
    config=$(blob "$WORK/config.json")
    write_manifest "$config" "$layer" >"$WORK/manifest.json"
    manifest=$(blob "$WORK/manifest.json")
    write_index "$manifest" >"$WORK/image/index.json"
    printf '{"imageLayoutVersion":"1.0.0"}' >"$WORK/image/oci-layout"
    printf '[{"Config":"blobs/sha256/%s","RepoTags":["%s"],"Layers":["blobs/sha256/%s"]}]\n' \
        "$config" "$NAME" "$layer" >"$WORK/image/manifest.json"
    mkdir -p "$(dirname "$OUT")"
    tar --create --directory="$WORK/image" --sort=name --mtime="@$EPOCH" --numeric-owner \
        --owner=0 --group=0 --file="$OUT" .
    echo "$OUT: $NAME, compressed layer $(size_of "$layer") bytes" \
        "($(($(size_of "$layer") / 1024)) KiB)"
}

main
