#!/usr/bin/env bash
# One command of the pipeline; ROUTEWRIGHT names the program where it is not on the path.
set -euo pipefail
routewright="${ROUTEWRIGHT:-routewright}"
# In one word with its name: a value that looks like an option is no option.
service=("--endpoint=$ENDPOINT")
[ -z "${STATE:-}" ] || service+=("--state=$STATE")
# For a service that is reached with a key, as the emulator of a test is.
[ -z "${KEY_ENV:-}" ] || service+=("--key-env=$KEY_ENV")

# A line that begins with `::` is an order to the runner. What the program prints quotes policies and
# services, which anybody may have written: none of it is taken for one.
token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
run() {
  local code=0
  echo "::stop-commands::$token"
  "$routewright" "$@" || code=$?
  echo "::$token::"
  return "$code"
}

case "$COMMAND" in
  check | test)
    run "$COMMAND" -- "$POLICY"
    ;;
  plan)
    code=0
    samples=()
    [ -z "${JOBS:-}" ] || samples+=("--jobs=$JOBS")
    # Not through a link that the repository may hold in its place.
    rm -f -- plan.md
    echo "::stop-commands::$token"
    "$routewright" plan "${service[@]}" ${samples[@]+"${samples[@]}"} --markdown --detailed-exitcode "--out=$OUT" -- "$POLICY" >plan.md || code=$?
    echo "::$token::"
    cat plan.md >>"$GITHUB_STEP_SUMMARY"
    # 1 is also what an unsound policy gives; then there is no plan.
    if [ "$code" -gt 1 ] || [ ! -s plan.md ]; then exit "$((code == 0 ? 1 : code))"; fi
    if [ "$code" = 1 ]; then echo "changes=true"; else echo "changes=false"; fi >>"$GITHUB_OUTPUT"
    ;;
  apply)
    run apply "${service[@]}" --yes -- "$POLICY"
    ;;
  *)
    echo "::error::\`command\` is check, test, plan or apply, not \`${COMMAND//[^a-zA-Z0-9_-]/?}\`"
    exit 2
    ;;
esac
