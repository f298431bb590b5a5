# SPDX-License-Identifier: Apache-2.0
"""The bundle, read by git, and the versions of SOPs that follow from it: docs/formats/closing.md."""
import datetime
import os
import re
import subprocess
import unicodedata
import zoneinfo

import yaml

from findings import Malformed, sha256

LARGEST = 1 << 20
RESERVED = {'con', 'prn', 'aux', 'nul', 'conin$', 'conout$'} | {f'{n}{i}' for n in ('com', 'lpt') for i in range(10)}


def is_sop(path):
    try:
        text = path.decode()
    except UnicodeDecodeError:
        return False
    parts = text.split('/')
    if len(path) > 240 or len(parts) > 12 or not parts[-1].endswith('.md') or len(parts[-1]) < 4:
        return False
    for part in parts:
        if not part or part[0] in '.- ' or part[-1] in '. ' or part.split('.')[0].lower() in RESERVED:
            return False
        if not all(c in " ._-()&,+'" or unicodedata.category(c) in ('Lu', 'Ll', 'Lt', 'Lm', 'Lo', 'Nd') for c in part):
            return False
    return True


def zone_of(name):
    """By its name or offset; none where nobody here knows it."""
    offset = re.fullmatch('([+-])([0-9]{2}):([0-9]{2})', name)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3])
        return datetime.timezone(datetime.timedelta(minutes=-minutes if offset[1] == '-' else minutes))
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


def in_force_from(at, day, zone):
    """The later of a commit and the beginning of a day."""
    begin = datetime.datetime.combine(day, datetime.time(), zone)
    return max(at, begin.astimezone(datetime.timezone.utc))


def text_of(moment):
    return moment.astimezone(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')


class Repository:
    def __init__(self, bundle, folder):
        self.folder, self.commits = folder, None
        quiet = {'GIT_CONFIG_NOSYSTEM': '1', 'HOME': folder, 'LC_ALL': 'C', 'PATH': os.environ['PATH']}
        self.environment = quiet
        self.git('init', '--quiet', '--bare', '.')
        self.git('config', 'fetch.unpackLimit', '1')
        with open(bundle, 'rb') as file:
            if file.readline() != b'# v2 git bundle\n':
                raise Malformed('it is no bundle of version 2')
            header = []
            while (line := file.readline()) != b'\n':
                if not re.fullmatch(rb'[0-9a-f]{40} [^\0-\x20\x7f]+\n', line):
                    raise Malformed('a line of its header names no ref')
                header.append(line.split(b' ', 1)[1])
            if len(set(header)) != len(header):
                raise Malformed('its header names a ref twice')
        self.git('bundle', 'verify', '--quiet', bundle)
        heads = self.git('bundle', 'list-heads', bundle).decode().splitlines()
        self.refs = dict(reversed(line.split(' ', 1)) for line in heads)
        self.order = [line.split(' ', 1)[1] for line in heads]
        self.git('-c', 'transfer.fsckObjects=false', 'fetch', '--quiet', bundle, '+refs/*:refs/*')
        self.git('fsck', '--full', '--no-dangling')

    def git(self, *arguments):
        done = subprocess.run(
            ['git', *arguments], cwd=self.folder, env=self.environment, capture_output=True, timeout=120)
        if done.returncode:
            raise Malformed(f'git {arguments[0]}: {done.stderr.decode(errors="replace").strip()[:300]}')
        return done.stdout

    def objects(self):
        counted = dict(line.split(b': ') for line in self.git('count-objects', '-v').splitlines())
        reached = self.git('rev-list', '--objects', *[i for n, i in self.refs.items() if n != 'HEAD']).splitlines()
        return int(counted[b'count']) + int(counted[b'in-pack']), len({line[:40] for line in reached})

    def reaches(self, tip, commit):
        done = subprocess.run(
            ['git', 'merge-base', '--is-ancestor', commit, tip], cwd=self.folder, env=self.environment,
            capture_output=True, timeout=120)
        return done.returncode == 0

    def between(self, old, new):
        """What the new tip reaches by any parent and the old one does not."""
        return self.git('rev-list', f'^{old}', new).decode().split()

    def commit(self, commit):
        head, _, message = self.git('cat-file', 'commit', commit).partition(b'\n\n')
        fields = [line.split(b' ', 1) for line in head.split(b'\n')]
        return fields, message

    def blob(self, commit, path):
        out = self.git('ls-tree', '-z', commit, '--', path).split(b'\0')[0]
        return out.split(b'\t')[0].split(b' ')[2].decode() if out else None

    def bytes(self, blob):
        return self.git('cat-file', 'blob', blob)

    # Versions

    def line(self, old, new):
        """First parents from a tip, oldest first, as far as the old tip does not reach them."""
        hidden = [f'^{old}'] if old else []
        out = self.git('rev-list', '--first-parent', '--reverse', '--parents', new, *hidden).decode().split('\n')
        return [(c[0], c[1] if len(c) > 1 else None) for c in (line.split(' ') for line in out if line)]

    def differences(self, old, new):
        out = self.git('diff-tree', '-r', '--raw', '-z', '--no-renames', '--full-index', '--no-commit-id',
                       *([old, new] if old else ['--root', new])).split(b'\0')
        found = []
        for header, path in zip(out[::2], out[1::2]):
            before_mode, mode, before, blob = header[1:].split(b' ')[:4]
            was, now = before_mode.startswith(b'100'), mode.startswith(b'100')
            if is_sop(path) and (was or now) and not (was and now and before == blob):
                found.append((path.decode(), blob.decode() if now else None))
        return sorted(found, key=lambda f: f[0].encode())

    def indexed(self, moves):
        if self.commits is None:
            self.commits = list(self.index(moves))
        return self.commits

    def index(self, moves):
        for old, new, origin, change in moves:
            line = self.line(old, new)
            if not line or line[0][1] != old:
                line = [(new, old)]
            for commit, parent in line:
                files = self.differences(parent, commit)
                if files:
                    yield commit, origin, change, files

    def versions(self, record, zone):
        """Rows by path, in the order of the branch's history."""
        zone = zone_of(zone)
        if zone is None:
            raise Malformed('its zone is not known here')
        paths = {}
        for commit, origin, change, files in self.indexed(record.moves):
            fields, _ = self.commit(commit)
            author = next(v for k, v in fields if k == b'author').decode(errors='replace').rsplit(' ', 2)[0]
            time = int(next(v for k, v in fields if k == b'committer').rsplit(b' ', 2)[1])
            at = datetime.datetime.fromtimestamp(time, datetime.timezone.utc)
            for path, blob in files:
                row = self.version(path, blob, at, zone, paths.get(path, [None])[-1])
                if row is None:
                    continue
                by = record.ratified.get((path, commit)) if origin == 'push' else None
                row.update(path=path, commit=commit, blob=blob, author=author, committed_at=text_of(at),
                           origin=origin, change=change, ratified_by=by, approved=origin != 'push' or by is not None)
                paths.setdefault(path, []).append(row)
        for path in sorted(paths, key=str.encode):
            approved = None
            for row in paths[path]:
                row['approved'] = row['approved'] or row['blob'] is not None and row['blob'] == approved
                if row['approved']:
                    approved = row['blob']
                yield row

    def version(self, path, blob, at, zone, last):
        data = self.bytes(blob) if blob else None
        if data is not None and (len(data) > LARGEST or b'\0' in data or not is_utf8(data)):
            data = None
            if last is None:
                return None
            return {'sop': last['sop'], 'version': last['version'], 'sha256': sha256(b''),
                    'in_force_from': text_of(at), 'retired': last['retired']}
        if data is None:
            return last and {'sop': last['sop'], 'version': last['version'], 'sha256': sha256(b''),
                             'in_force_from': text_of(at), 'retired': True}
        said = front_matter(data)
        force = at
        if said.get('effective'):
            force = in_force_from(at, said['effective'], zone)
        return {'sop': said.get('id', path), 'version': said.get('version', 0), 'sha256': sha256(data),
                'in_force_from': text_of(force), 'retired': said.get('status') == 'retired'}


def is_utf8(data):
    try:
        data.decode()
        return True
    except UnicodeDecodeError:
        return False


def front_matter(data):
    match = re.match(rb'(?:\xef\xbb\xbf)?---\r?\n(.*?)^(?:---|\.\.\.)\r?$', data, re.S | re.M)
    if not match:
        return {}
    try:
        said = yaml.safe_load(match[1].decode())
    except (yaml.YAMLError, ValueError):
        return {}
    if not isinstance(said, dict):
        return {}
    if 'id' in said:
        said['id'] = str(said['id'])
    return said
