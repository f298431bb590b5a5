# SPDX-License-Identifier: Apache-2.0
"""Signed notes, checkpoints and proofs in C2SP's forms, checked with PyNaCl and pymerkle."""
import base64
import hashlib
import re

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey
from pymerkle import InmemoryTree
from pymerkle.proof import InclusionProof, verify_inclusion

from findings import Malformed


def unbase64(text):
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise Malformed('not the one form of base64')
    return data


class Key:
    """name+id+base64(kind ‖ public key)"""

    def __init__(self, text):
        self.text = text.strip()
        name, ident, material = self.text.split('+', 2)
        data = unbase64(material)
        if len(data) != 33 or data[0] not in (1, 4) or not name:
            raise Malformed('not an Ed25519 key of the types 1 and 4')
        self.name, self.kind, self.public = name, data[0], data[1:]
        self.id = hashlib.sha256(name.encode() + b'\n' + data).digest()[:4]
        if self.id.hex() != ident:
            raise Malformed('its id does not fit its name and key')

    def signed(self, text, content):
        if self.kind == 4:
            if len(content) != 72:
                return False
            time, content = int.from_bytes(content[:8], 'big'), content[8:]
            text = f'cosignature/v1\ntime {time}\n'.encode() + text
        try:
            VerifyKey(self.public).verify(text, content)
            return len(content) == 64
        except (BadSignatureError, ValueError):
            return False


class Note:
    def __init__(self, data):
        text, gap, rest = data.rpartition(b'\n\n')
        if not gap or not rest.endswith(b'\n'):
            raise Malformed('not a signed note')
        self.text, self.signatures = text + b'\n', []
        for line in rest.decode()[:-1].split('\n'):
            match = re.fullmatch('— ([^ +]+) ([A-Za-z0-9+/=]+)', line)
            if not match:
                raise Malformed('not a signature line')
            content = unbase64(match[2])
            self.signatures.append((match[1], content[:4], content[4:]))

    def must_be_signed(self, keys, by_others=False):
        """By every one of these keys, and by nobody else unless others may have signed, too."""
        for key in keys:
            mine = [content for name, ident, content in self.signatures if (name, ident) == (key.name, key.id)]
            if len(mine) != 1 or not key.signed(self.text, mine[0]):
                raise Malformed(f'no good signature by {key.name}')
        if not by_others and len(self.signatures) != len(keys):
            raise Malformed('signatures of keys that are not named')

    def checkpoint(self, key):
        parts = self.text.decode().split('\n')
        if len(parts) != 4 or parts[3] or parts[0] != key.name or not re.fullmatch('0|[1-9][0-9]*', parts[1]):
            raise Malformed('not a checkpoint of this ledger')
        return int(parts[1]), unbase64(parts[2])


class Tree:
    """RFC 6962 by pymerkle."""

    def __init__(self, entries=()):
        self.tree = InmemoryTree(algorithm='sha256')
        self.size = 0
        for entry in entries:
            self.add(entry)

    def add(self, entry):
        self.tree.append_entry(entry)
        self.size += 1

    def root(self, size=None):
        return self.tree.get_root(self.size if size is None else size)

    def leaf(self, index):
        return self.tree.get_leaf(index + 1)

    def includes(self, leaf, index, size, hashes, root):
        """Whether a proof holds; its shape is that of pymerkle's own proof for this place."""
        rule = self.tree.prove_inclusion(index + 1, size).rule
        proof = InclusionProof('sha256', True, size, index + 1, rule, [leaf] + hashes)
        verify_inclusion(leaf, root, proof, index=index + 1, size=size)
