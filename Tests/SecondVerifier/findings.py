# SPDX-License-Identifier: Apache-2.0
"""What does not add up, and the strict forms in which a pack has everything."""
import hashlib
import json
import re


class Findings(list):
    """All of them, not the first; each check says a thing about a subject once."""

    def __init__(self):
        super().__init__()
        self.said = set()

    def find(self, check, subject, detail):
        if (check, str(subject)) not in self.said:
            self.said.add((check, str(subject)))
            self.append({'check': check, 'subject': str(subject), 'detail': detail})

    def trying(self, subject, work):
        """Runs a check; one that cannot be made is a finding, too."""
        try:
            return work()
        except Exception as error:  # foreign bytes: whatever goes wrong is said
            self.find('unreadable', subject, f'{type(error).__name__}: {error}')
            return None


class Malformed(Exception):
    pass


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def is_digest(text):
    return re.fullmatch('[0-9a-f]{64}', text) is not None


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(',', ':')).encode()


def parse(data):
    """Canonical JSON, and no other form of it."""

    def refuse(_):
        raise Malformed('a number that is not whole')

    def members(pairs):
        if len({name for name, _ in pairs}) != len(pairs):
            raise Malformed('a key occurs twice')
        return dict(pairs)

    value = json.loads(data.decode(), object_pairs_hook=members, parse_float=refuse, parse_constant=refuse)
    if canonical(value) != data:
        raise Malformed('it is not in canonical form')
    return value


def lines(path):
    """Without their line feeds; the last line has one, too."""
    with open(path, 'rb') as file:
        for line in file:
            if not line.endswith(b'\n'):
                raise Malformed('its last line does not end: it was cut')
            yield line[:-1]
