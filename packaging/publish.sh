#!/usr/bin/env bash
# Makes the files of a release in artifacts/publish: one self-contained binary, a tar with everything
# an installation needs, and a folder to build a container image from. Called by "./gibbon publish [RUNTIME]".
set -euo pipefail

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
root=$(dirname "$here")
dotnet=${DOTNET:-dotnet}
runtime=${1:-linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')}
version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' "$root/Directory.Build.props")
out=$root/artifacts/publish
package=gibbon-$version-$runtime

rm -rf "$out"
mkdir -p "$out/$package/bin" "$out/$package/etc" "$out/$package/lib"

"$dotnet" publish "$root/src/Gibbon.Cli" -c Release -r "$runtime" --self-contained -v quiet --nologo \
  -p:PublishSingleFile=true -p:PublishReadyToRun=true -p:DebugType=none -p:GenerateDocumentationFile=false \
  --artifacts-path "$root/artifacts/build" -o "$out/binary"

install -m 755 "$out/binary/Gibbon.Cli" "$out/gibbon"
install -m 755 "$out/gibbon" "$out/$package/bin/gibbon"
ln -s gibbon "$out/$package/bin/kong"
"$out/gibbon" config default "$out/$package/etc/kong.conf.default"
install -m 644 "$here/gibbon.service" "$out/$package/lib/gibbon.service"
install -m 644 "$root/LICENSE" "$root/README.md" "$out/$package/"
tar -C "$out" --owner=0 --group=0 -czf "$out/$package.tar.gz" "$package"

mkdir "$out/docker"
install -m 644 "$here/Dockerfile" "$out/docker/"
install -m 755 "$here/docker-entrypoint.sh" "$out/docker/"
ln "$out/gibbon" "$out/docker/gibbon"
rm -rf "$out/binary"

echo "$out/gibbon"
echo "$out/$package.tar.gz"
echo "$out/docker (docker build $out/docker)"
