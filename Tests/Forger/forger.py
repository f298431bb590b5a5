# SPDX-License-Identifier: Apache-2.0
"""Somebody who knows how a workspace and a pack are stored, and has no key: forges one thing in each folder that is named.

    forger.py workspace|pack[:WAY] SEED FOLDER...

Prints a line of JSON for each folder: what was done, and which words a finding may name it by. Nothing here is shared with
Sopwright. What nobody can find is not done: docs/security.md lists it.
"""
import json
import random
import sys

import forge_pack
import forge_repository
import forge_tables
import forge_tree


def forge(kind, folder, seed):
    chance = random.Random(seed)
    kind, _, wanted = kind.partition(':')
    ways = forge_pack.WAYS if kind == 'pack' else forge_tables.WAYS + forge_tree.WAYS + forge_repository.WAYS
    ways = [(way, weight) for way, weight in ways if not wanted or way.__name__ == wanted]
    while True:
        way = chance.choices([way for way, _ in ways], [weight for _, weight in ways])[0]
        done = way(folder, chance)
        if done:
            what, names = done
            return {'way': way.__name__, 'what': what, 'names': names}


def main():
    kind, seed = sys.argv[1], int(sys.argv[2])
    for number, folder in enumerate(sys.argv[3:]):
        print(json.dumps(forge(kind, folder, seed + number)), flush=True)


if __name__ == '__main__':
    main()
