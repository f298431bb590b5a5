#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Walks the loop on a real export: what recurs, one item closed by an SOP change, another by a rejection, both signed by a second
# person; then traces both and verifies everything.
set -euo pipefail
cd "$(dirname "$0")/../.."

export SOPWRIGHT_WORKSPACE=demo
bin=$(swift build --show-bin-path)
export=Tests/Fixtures/online-retail-credits.csv

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
run() {
  printf '\033[2m$ sopwright %s\033[0m\n' "$*"
  "$bin/sopwright" "$@"
}
item_of() {
  "$bin/sopwright" exceptions --code "$1" --limit 1 --format json --as ana | grep -o 'REM-[0-9]*' | head -n 1
}

if [ -e demo ]; then
  echo "The folder ./demo is there from an earlier run; it is made anew."
  rm -rf demo
fi

say "3,441 credit notes of an online shop become a workspace. Ana and Ben work there."
run init demo --from "$export" --map docs/demo/online-retail.yaml --people ana,ben --as ana

say "What recurs, and who has it:"
run items --as ana

manual=$(item_of MANUAL)
say "Ana closes $manual, credits entered by hand, by writing the procedure that was missing. Ben reads and approves it."
run acknowledge "$manual" --as ana
run propose "$manual" --sop credits/manual-credits.md --text docs/demo/manual-credits.md \
  --summary "Give every manual credit a reason and a second pair of eyes" --as ana
run approve "$manual" --close --as ben

postage=$(item_of POSTAGE)
say "Ana proposes to leave $postage, credited postage, as it is. Ben signs that, too, until it expires."
run propose "$postage" --reject --rationale "Postage is credited with every full return; that is our policy." \
  --expires "$(date -d '+180 days' +%F)" --tripwire 30/30d --as ana
run approve "$postage" --close --as ben

say "How did that come to be? From the item, and back from the code."
run trace "$manual" --as ana
run trace code:POSTAGE --as ana

say "Does everything add up? And git says the same:"
run verify --as ana
git -C demo/sop.git log -1

say "Next, in this workspace:"
cat <<TEXT
  export PATH="$bin:\$PATH" SOPWRIGHT_WORKSPACE=$PWD/demo SOPWRIGHT_USER=ana
  sopwright items                       what is open
  sopwright show REM-1                  why, and what happened to it
  sopwright record --code MANUAL        one more exception, after the new version: a third one opens a regression
  sopwright sop list                    the handbook; git clone demo/sop.git reads it too
  docs/guide/process-owner.md           the guide
TEXT

if [ -t 1 ]; then
  say "The same in the browser. Ben sets a password here:"
  run people link ben --as ana
  run serve --as ana
else
  echo "  sopwright serve                       the same in the browser"
fi
