# One command of the pipeline; ROUTEWRIGHT names the program where it is not on the path.
set -euo pipefail
routewright="${ROUTEWRIGHT:-routewright}"
service=(--endpoint "$ENDPOINT" --state "$STATE")
# For a service that is reached with a key, as the emulator of a test is.
[ -z "${KEY_ENV:-}" ] || service+=(--key-env "$KEY_ENV")

case "$COMMAND" in
  check | test)
    "$routewright" "$COMMAND" "$POLICY"
    ;;
  plan)
    code=0
    "$routewright" plan "$POLICY" "${service[@]}" --markdown --detailed-exitcode --out "$OUT" >plan.md || code=$?
    cat plan.md >>"$GITHUB_STEP_SUMMARY"
    # 1 is also what an unsound policy gives; then there is no plan.
    if [ "$code" -gt 1 ] || [ ! -s plan.md ]; then exit "$((code == 0 ? 1 : code))"; fi
    if [ "$code" = 1 ]; then echo "changes=true"; else echo "changes=false"; fi >>"$GITHUB_OUTPUT"
    ;;
  apply)
    "$routewright" apply "$POLICY" "${service[@]}" --yes
    ;;
  *)
    echo "::error::\`command\` is check, test, plan or apply, not \`$COMMAND\`"
    exit 2
    ;;
esac
