#!/bin/sh
# How smooth the manager is with 10,000 routes: milliseconds from frame to frame in headless Chromium, while a list of 1,000 rows is scrolled to its
# end and 10,000 routes are searched. Writes bench/results/manager-smoothness.json, or the file that is named.
set -eu
cd "$(dirname "$0")/.."
out=${1:-$PWD/bench/results/manager-smoothness.json}
(cd manager && npm ci && npm run build) >/dev/null
GIBBON_SMOOTHNESS=$out dotnet run -c Release --project test/Gibbon.Manager.Tests -- -method '*Ten_thousand_routes_are_scrolled_and_searched'
cat "$out"
