# SPDX-License-Identifier: Apache-2.0
"""Checks audit packs with nothing of Sopwright: pymerkle for trees and proofs, PyNaCl for signatures, git for the bundle.

    verify_pack.py [--key KEY] [--since NOTE] PACK...

Prints a line of JSON for each pack; exits with 2 where something does not add up.
"""
import argparse
import base64
import json
import os
import re
import stat
import sys
import tempfile

import tables
from findings import Findings, Malformed, canonical, is_digest, lines, parse, sha256
from handbook import Repository
from notes import Key, Note, Tree, unbase64
from record import DOCUMENTS, KINDS, TEXTS, Record, named
from rules import Rules, moment

FILES = ['README.md', 'SHA256SUMS', 'checkpoint', 'checkpoints.jsonl', 'events.jsonl', 'exceptions.jsonl',
         'handbook.bundle', 'pack.json', 'tables/changes.csv', 'tables/exceptions.csv', 'tables/items.csv',
         'tables/sop_versions.csv', 'texts.jsonl', 'verifier.key']
# A pack's instructions are a part of its format.
README = '8bafefa067ab1908959dd89482d00793b48c6307eeb264f84c18ac61ea44ddad'
# Trailers that nobody else may write, and charsets in which none can hide.
OURS = re.compile(
    rb'\n(SOP-Change|Remediation-Item|Exception-Code|Root-Cause|SOP-Version|Closing-Intent|Content-SHA256|Ledger-Tree|'
    rb'Approved-By)[ \t]*:', re.IGNORECASE)
PLAIN = re.compile(
    r'utf-?8|(us-)?ascii|(iso-?8859|latin)-?\d+|(windows-?|cp)(125[0-8]|9(32|36|49|50))|koi8-?[ru]|euc-?[a-z]+|gb(2312|k|18030)|big5|'
    r's(hift[-_]?)?jis', re.IGNORECASE)
LEDGER_TIP, COPIES = 'refs/ledger/tip', 'refs/ledger/checkpoints'


ENVELOPE = {'actor', 'asserted', 'at', 'data', 'kind', 'login', 'position', 'subject', 'version'}
TIME = re.compile('[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.](?!000)[0-9]{3})?Z')


def must_be_envelope(event):
    """What is around the data of every event: docs/formats/ledger.md."""
    times = [event['at']] + ([event['due_at']] if 'due_at' in event else [])
    if (set(event) - {'due_at'} != ENVELOPE or not is_digest(event['login']) or type(event['asserted']) is not bool
            or not isinstance(event['data'], dict) or not all(TIME.fullmatch(time) and moment(time) for time in times)):
        raise Malformed('not the form of an event')


TEXT_FIELDS = {'case', 'code', 'currency', 'deviation', 'raw_code', 'raw_root_cause', 'ref', 'severity', 'source', 'status', 'team'}
TIME_FIELDS = {'occurred_at', 'resolved_at', 'updated_at'}


def must_be_record(record):
    """The form of an exception: docs/formats/evidence.md."""
    amount, tags = record.get('amount', 0), record.get('root_causes', ['one'])
    texts = [record[name] for name in TEXT_FIELDS if name in record]
    if (set(record) - TEXT_FIELDS - TIME_FIELDS - {'amount', 'personal', 'root_causes'}
            or not {'code', 'occurred_at', 'raw_code', 'ref', 'source'} <= set(record)
            or not all(isinstance(text, str) and '\0' not in text for text in texts)
            or not all(TIME.fullmatch(record[name]) and moment(record[name]) for name in TIME_FIELDS if name in record)
            or type(amount) is not int or abs(amount) >= 1 << 53 or ('amount' in record) != ('currency' in record)
            or not re.fullmatch('[A-Z]{3}', record.get('currency', 'EUR'))
            or not isinstance(tags, list) or not tags or len(set(tags)) != len(tags)):
        raise Malformed('not the form of an exception')


class Pack:
    def __init__(self, folder, key, kept):
        self.folder, self.given, self.kept = folder, key, kept
        self.found, self.notices = Findings(), Findings()
        self.events, self.records, self.texts, self.tree = [], [], {}, Tree()
        self.roots, self.names = {}, set()

    def path(self, name):
        # What is no file, as a pipe or a link, is not opened.
        if name not in self.names:
            raise Malformed(f'{name} is not here')
        return os.path.join(self.folder, name)

    def read(self, name):
        with open(self.path(name), 'rb') as file:
            return file.read()

    def document(self, digest):
        return parse(self.read('documents/' + digest))

    def check(self):
        attempt = self.found.trying
        attempt('files', self.check_files)
        self.key = attempt('verifier.key', self.check_key)
        attempt('events.jsonl', self.check_events)
        checkpoints = attempt('checkpoints.jsonl', self.check_checkpoints) or []
        attempt('proofs', lambda: self.check_proofs(checkpoints))
        attempt('documents', self.check_documents)
        attempt('reviews', self.check_reviews)
        attempt('held back', self.check_held_back)
        attempt('texts.jsonl', self.check_texts)
        attempt('exceptions.jsonl', self.check_records)
        attempt('personal.jsonl', self.check_personal)
        attempt('openings', self.check_openings)
        attempt('rules', lambda: Rules(self.events, self.document, self.found).check())
        record = attempt('replay', lambda: Record(self.events))
        with tempfile.TemporaryDirectory() as scratch:
            repository = attempt(
                'handbook.bundle', lambda: Repository(os.path.abspath(self.path('handbook.bundle')), scratch))
            if record and repository:
                attempt('handbook.bundle', lambda: self.check_bundle(repository, record))
                attempt('handbook.bundle', lambda: self.check_commits(repository, record))
                attempt(COPIES, lambda: self.check_copies(repository, checkpoints))
                attempt('references', lambda: self.check_references(repository, record))
                for name, change in record.changes.items():
                    if change['committed']:
                        attempt(name, lambda: self.check_closing(repository, record, name, change))
                attempt('tables/sop_versions.csv', lambda: self.check_table(
                    'sop_versions', tables.VERSIONS,
                    list(repository.versions(record, self.events[0]['data']['zone']))))
                attempt('pack.json', lambda: self.check_about(repository))
        if record:
            attempt('tables/items.csv', lambda: self.check_table(
                'items', tables.ITEMS, list(tables.items(record, self.texts))))
            attempt('tables/changes.csv', lambda: self.check_table(
                'changes', tables.CHANGES, list(tables.changes(record, self.texts))))
        attempt('tables/exceptions.csv', lambda: self.check_table(
            'exceptions', tables.EXCEPTIONS, list(tables.exceptions(self.records))))
        return {'ok': not self.found, 'events': len(self.events), 'findings': self.found, 'notices': self.notices}

    def check_files(self):
        names = self.names
        for folder, folders, files in os.walk(self.folder):
            for name in files + folders:
                path = os.path.join(folder, name)
                relative = os.path.relpath(path, self.folder)
                mode = os.lstat(path).st_mode
                if stat.S_ISREG(mode):
                    names.add(relative)
                elif not stat.S_ISDIR(mode) or relative not in ('documents', 'tables', 'proofs'):
                    self.found.find('file_strange', relative, 'neither a file nor a folder of a pack')
        for name in sorted(names):
            kind, _, rest = name.partition('/')
            if name not in FILES and name != 'personal.jsonl' and kind != 'proofs' and not (
                    kind == 'documents' and is_digest(rest)):
                self.found.find('file_unknown', name, 'a pack has no such file')
        for name in FILES:
            if name not in names:
                self.found.find('file_missing', name, 'a pack has this file')
        sums = {name: sha256(self.read(name)) for name in names if name != 'SHA256SUMS'}
        text = ''.join(f'{sums[name]}  {name}\n' for name in sorted(sums, key=str.encode)).encode()
        if self.read('SHA256SUMS') != text:
            listed = set(self.read('SHA256SUMS').split(b'\n'))
            for name in sorted(sums):
                if f'{sums[name]}  {name}'.encode() not in listed:
                    self.found.find('file_sum', name, 'not as listed in SHA256SUMS')
            self.found.find('file_sum', 'SHA256SUMS', 'it does not list the files that are here')
        if sha256(self.read('README.md')) != README:
            self.found.find('readme', 'README.md', 'not that of packs of this format')

    def check_key(self):
        key = Key(self.read('verifier.key').decode())
        if (key.text + '\n').encode() != self.read('verifier.key'):
            raise Malformed('more than a key')
        if self.given and self.given.text != key.text:
            self.found.find('key', 'verifier.key', 'another key than the one that was given')
        if not self.given:
            self.notices.find('own_key', key.name, "checked with the pack's own key")
        return self.given or key

    def check_events(self):
        versions, last = {}, ''
        for position, line in enumerate(lines(self.path('events.jsonl'))):
            self.tree.add(line)
            self.roots[position + 1] = None
            try:
                event = parse(line)
                subject = event['subject']
                versions[subject] = versions.get(subject, 0) + 1
                if event['position'] != position or event['version'] != versions[subject]:
                    self.found.find('events_missing', f'event {position}', 'not the event of this place')
                if event['kind'] not in KINDS:
                    self.found.find('event_bytes', f'event {position}', 'a kind that nobody knows')
                must_be_envelope(event)
                at = event['at'].replace('Z', '.000Z') if len(event['at']) == 20 else event['at']
                if at < last:
                    self.found.find('time_order', f'event {position}', 'earlier than the one before')
                last = at
                self.events.append(event)
            except (Malformed, ValueError, KeyError, TypeError) as error:
                self.found.find('event_bytes', f'event {position}', str(error))

    def check_checkpoints(self):
        good, last, size = [], None, 0
        for number, line in enumerate(lines(self.path('checkpoints.jsonl')), 1):
            subject = f'checkpoints.jsonl line {number}'
            try:
                listed = parse(line)
                if set(listed) - {'note', 'cosigners'} or listed.get('cosigners') == []:
                    raise Malformed('not a line of this file')
                note = Note(listed['note'].encode())
                cosigners = listed.get('cosigners', [])
                if len({self.key.text, *cosigners}) != 1 + len(cosigners):
                    raise Malformed('a key is named twice')
                note.must_be_signed([self.key] + [Key(k) for k in cosigners])
                before, (size, root) = size, note.checkpoint(self.key)
                if size <= before or size > self.tree.size or self.tree.root(size) != root:
                    raise Malformed(f'events {before} to {size - 1} are not those that were signed')
                good.append((size, note))
                last = listed['note']
            except (Malformed, ValueError, KeyError) as error:
                self.found.find('checkpoint', subject, str(error))
        if last is None:
            self.found.find('checkpoint_missing', 'checkpoints.jsonl', 'nothing here is signed')
        elif self.read('checkpoint') != last.encode():
            self.found.find('checkpoint_last', 'checkpoint', 'not the last one')
        elif size < self.tree.size:
            self.notices.find('unsigned_events', f'events {size} on', 'after the last checkpoint')
        if self.kept:
            kept_size, kept_root = self.kept.checkpoint(self.key)
            # An auditor's own signature may be below the ledger's.
            self.kept.must_be_signed([self.key], by_others=True)
            if kept_size > self.tree.size or self.tree.root(kept_size) != kept_root:
                self.found.find('kept_checkpoint', f'events 0 to {kept_size - 1}', 'not those of the kept checkpoint')
        return good

    def check_proofs(self, checkpoints):
        present = {name for name in self.names if name.startswith('proofs/')}
        size = checkpoints[-1][0] if checkpoints else 0
        for event in self.events[:size]:
            if event['kind'] not in ('item_closed', 'item_rejected'):
                continue
            name = f'proofs/{event["subject"]}.proof'
            present.discard(name)
            if name not in self.names:
                self.found.find('file_missing', name, 'a pack has this file')
                continue
            head, _, note = self.read(name).partition(b'\n\n')
            fields = head.decode().split('\n')
            leaf = self.tree.leaf(event['position'])
            expected = ['c2sp.org/tlog-proof@v1', f'extra {base64.b64encode(canonical(event)).decode()}',
                        f'index {event["position"]}']
            if fields[:3] != expected or note != self.read('checkpoint'):
                self.found.find('receipt', name, 'not of this event and the newest checkpoint')
            self.found.trying(name, lambda: self.tree.includes(
                leaf, event['position'], size, [unbase64(f) for f in fields[3:]], self.tree.root(size)))
        for name in present:
            self.found.find('file_unknown', name, 'of no item that ended')

    def check_reviews(self):
        last = 0
        for event in self.events:
            if event['kind'] != 'audit_reviewed':
                continue
            start, size, root = (event['data'][name] for name in ('from', 'to', 'root'))
            if start != last or not start < size <= event['position'] or self.tree.root(size).hex() != root:
                self.found.find('audit_review', f'event {event["position"]}', 'not of the events as they are here')
            last = size

    def check_held_back(self):
        held = 0
        for event in self.events:
            if event['kind'] == 'batch_received':
                held += event['data']['quarantined']
            if not event['kind'].startswith('held_back_'):
                continue
            last = -1
            for pair in event['data']['rows'] or [None]:
                if not isinstance(pair, list) or len(pair) != 2 or not all(type(end) is int for end in pair) \
                        or not max(last + 2, 1) <= pair[0] <= pair[1] <= held:
                    self.found.find('held_back_rows', f'event {event["position"]}', 'about rows that nobody held back')
                    break
                last = pair[1]

    def check_documents(self):
        wanted = named(self.events, DOCUMENTS)
        present = {name[10:] for name in self.names if name.startswith('documents/')}
        for digest in present:
            if sha256(self.read('documents/' + digest)) != digest:
                self.found.find('document_digest', digest, 'it was changed')
        for digest in wanted ^ present:
            self.found.find('document', digest, 'missing, or named by no event')

    def check_texts(self):
        last = ''
        for line in lines(self.path('texts.jsonl')):
            entry = parse(line)
            digest, salt, text = entry['digest'], bytes.fromhex(entry['salt']), entry['text'].encode()
            if (set(entry) != {'digest', 'salt', 'text'} or len(salt) != 32 or sha256(salt + text) != digest
                    or digest <= last):
                self.found.find('text', digest, 'changed, or out of order')
            last = digest
            self.texts[digest] = entry['text']
        for digest in (named(self.events, TEXTS) - self.erased('texts')) ^ set(self.texts):
            self.found.find('text', digest, 'missing, erased, or named by no event')

    def check_records(self):
        rest = lines(self.path('exceptions.jsonl'))
        standing = set()
        for event in self.events:
            if event['kind'] != 'batch_received':
                continue
            batch, tree, amended = event['data'], Tree(), 0
            for _ in range(batch['records']):
                line = next(rest, None)
                if line is None:
                    break
                tree.add(line)
                try:
                    record = parse(line)
                    must_be_record(record)
                    if record['source'] != batch['source']:
                        raise Malformed("its source is not its batch's")
                    amended += (record['source'], record['ref']) in standing
                    standing.add((record['source'], record['ref']))
                    self.records.append((line, record, event['position'], event['at']))
                except (Malformed, ValueError, KeyError, TypeError, AttributeError) as error:
                    self.found.find('record_bytes', f'exceptions.jsonl line {len(self.records) + 1}', str(error))
            root = tree.root().hex() if tree.size else sha256(b'')
            if tree.size != batch['records'] or root != batch['digest'] or amended != batch['amended']:
                self.found.find('batch_digest', f'batch {batch["digest"]}', 'its records are not those it had')
        if next(rest, None) is not None:
            self.found.find('record_unknown', 'exceptions.jsonl', 'more records than batches have')

    def check_personal(self):
        if 'personal.jsonl' not in self.names:
            return
        last, here, erased = 0, set(), self.erased('personal')
        for line in lines(self.path('personal.jsonl')):
            entry = parse(line)
            number = entry['record']
            record = self.records[number - 1][1]
            salt = bytes.fromhex(entry['salt'])
            if set(entry) != {'record', 'salt', 'fields'} or number <= last or len(salt) != 32 or record.get(
                    'personal') != sha256(salt + entry['fields'].encode()):
                self.found.find('personal_digest', f'exception {record["source"]} {record["ref"]}', 'changed')
            if record.get('personal') in erased:
                self.found.find('erased_returned', record['personal'], 'an event says that it was erased')
            here.add(number)
            last = number
        for number, (_, record, _, _) in enumerate(self.records, 1):
            if 'personal' in record and record['personal'] not in erased and number not in here:
                self.found.find('personal_missing', f'exception {record["source"]} {record["ref"]}', 'gone')

    def erased(self, kind):
        return {digest for event in self.events if event['kind'] == 'personal_data_erased'
                for digest in parse(self.read('documents/' + event['data']['rows']))[kind]}

    def check_openings(self):
        """Each item was opened for as many exceptions of its key as its opening says, among all that there ever were."""
        times = {}
        for _, record, _, _ in self.records:
            for key in [('code', record['code'])] + [('root_cause', tag) for tag in record.get('root_causes', [])]:
                times.setdefault(key, []).append(moment(record['occurred_at']))
        for event in self.events:
            if event['kind'] == 'item_opened':
                key, because = event['data']['key'], event['data']['because']
                first, last = moment(because['first']), moment(because['last'])
                if sum(first <= at <= last for at in times.get((key['kind'], key['value']), [])) < because['count']:
                    self.found.find('opening', event['subject'], 'for more exceptions than there ever were')

    def check_references(self, repository, record):
        versions = {(path, commit) for commit, _, _, files in repository.indexed(record.moves) for path, _ in files}
        for event in self.events:
            if event['kind'].startswith('sop_'):
                sop = event['data']['sop']
                if (sop['path'], sop['commit']) not in versions:
                    self.found.find('sop_unknown', f'event {event["position"]}', 'about a version that there is not')

    def check_bundle(self, repository, record):
        branch = repository.order[1]
        if repository.order[0] != 'HEAD' or repository.refs['HEAD'] != repository.refs[branch]:
            self.found.find('bundle_refs', 'HEAD', 'it is not the first branch')
        if record.branch not in (None, branch):
            self.found.find('bundle_refs', branch, f'the workspace was founded on {record.branch}')
        for name in {branch, LEDGER_TIP}:
            if repository.refs.get(name) != record.tip:
                self.found.find('bundle_refs', name, f'not at {record.tip}, which the ledger saw last')
        for name in set(repository.refs) - {'HEAD', branch, LEDGER_TIP, COPIES}:
            self.found.find('bundle_refs', name, 'a pack has no such ref')
        present, reached = repository.objects()
        if present != reached:
            self.found.find('bundle_objects', 'handbook.bundle', f'{present} objects, {reached} of them reached')

    def check_copies(self, repository, checkpoints):
        known = {note.text for _, note in checkpoints}
        next_copy, following = repository.refs.get(COPIES), self.tree.size + 1
        while next_copy:
            fields, message = repository.commit(next_copy)
            file = re.fullmatch(rb'100644 blob ([0-9a-f]{40})\tcheckpoint\n', repository.git('ls-tree', next_copy))
            if not file:
                raise Malformed(f'commit {next_copy} is no copy of a checkpoint')
            note = Note(repository.bytes(file[1].decode()))
            if note.text not in known:
                self.found.find('checkpoint_copy', f'commit {next_copy}', 'of a checkpoint that is not here')
            note.must_be_signed([self.key])
            size, _ = note.checkpoint(self.key)
            if size >= following:
                self.found.find('checkpoint_copy_order', f'commit {next_copy}', 'not of a smaller tree than the next')
            parents = [value.decode() for key, value in fields if key == b'parent']
            people = {value.rsplit(b' ', 2)[0] for key, value in fields if key in (b'author', b'committer')}
            if (len(parents) > 1 or people != {b'sopwright <sopwright@sopwright.invalid>'}
                    or message != b'Checkpoint of %d events\n' % size):
                self.found.find('checkpoint_copy', f'commit {next_copy}', 'not the commit that copies a checkpoint')
            next_copy, following = parents[0] if parents else None, size

    def check_commits(self, repository, record):
        """A commit that says that it closes something is the outcome of a closing."""
        done = {change['committed']['sop']['commit'] for change in record.changes.values() if change['committed']}
        for commit in repository.between(record.moves[0][1], record.tip):
            fields, message = repository.commit(commit)
            # As git shows it: without empty lines before, and as far as the first NUL.
            shown = message.split(b'\0')[0].lstrip(b'\n')
            charset = next((value.decode(errors='replace') for key, value in fields if key == b'encoding'), 'utf-8')
            if commit not in done and (OURS.search(shown) or not PLAIN.fullmatch(charset)):
                self.found.find('commit_unknown', f'commit {commit}', 'the ledger has no closing by it')

    def check_closing(self, repository, record, name, change):
        done = change['committed']
        position, intent = change['intents'][done['intent']]
        sop, draft, commit = done['sop'], change['draft'], done['sop']['commit']
        if not repository.reaches(record.tip, commit):
            self.found.find('commit_unreachable', f'{name} commit {commit}', 'not on the branch')
        fields, message = repository.commit(commit)
        blob = repository.blob(commit, sop['path'])
        if blob != done['blob'] or sha256(repository.bytes(blob)) != sop['sha256'] or sop['sha256'] != draft['sha256']:
            self.found.find('content', f'{name} commit {commit}', 'not the approved text')
        who = f'{change["by"]} <{change["by"]}@{intent["domain"]}>', \
              f'{intent["closed_by"]} <{intent["closed_by"]}@{intent["domain"]}>'
        people = [v.decode().rsplit(' ', 2)[0] for k, v in fields if k in (b'author', b'committer')]
        parents = [v.decode() for k, v in fields if k == b'parent']
        tree = fields[0][1].decode()
        if people != list(who) or parents != [p for p in [done.get('parent')] if p] or tree != done['tree']:
            self.found.find('commit_differs', f'{name} commit {commit}', 'not the one that its intent describes')
        root = base64.b64encode(self.tree.root(position + 1)).decode()
        words = {'code': 'Exception-Code', 'root_cause': 'Root-Cause'}
        trailers = [f'SOP-Change: {name}'] + [f'Remediation-Item: {item}' for item in draft['closes']] + [
            f'{words[key["kind"]]}: {key["value"]}' for key in draft['keys']] + [
            f'SOP-Version: {draft["path"]} v{draft["sop_version"]}', f'Closing-Intent: {done["intent"]}',
            f'Content-SHA256: {draft["sha256"]}', f'Ledger-Tree: {position + 1} {root}',
            f'Approved-By: {done["approved_by"]}']
        if message.decode().split('\n\n')[-1] != '\n'.join(trailers) + '\n':
            self.found.find('commit_differs', f'{name} commit {commit}', 'its trailers are not those of its intent')

    def check_about(self, repository):
        about = {'format': 1, 'branch': repository.order[1], 'events': self.tree.size, 'records': len(self.records),
                 'root': base64.b64encode(self.tree.root()).decode(), 'personal': 'personal.jsonl' in self.names}
        if self.read('pack.json') != canonical(about) + b'\n':
            self.found.find('about', 'pack.json', 'it says something else than the other files')

    def check_table(self, name, columns, rows):
        expected = list(tables.table(columns, rows))
        data = self.read(f'tables/{name}.csv')
        if data == b''.join(expected):
            return
        for row, line in zip(rows, expected[1:]):
            if line not in data:
                self.found.find('table', f'tables/{name}.csv {row[columns[0]]}', 'changed or missing')
        self.found.find('table', f'tables/{name}.csv', 'not what ledger, evidence and handbook come to')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--key')
    parser.add_argument('--since')
    parser.add_argument('packs', nargs='+')
    arguments = parser.parse_args()
    key = None
    if arguments.key:
        key = Key(open(arguments.key).read() if os.path.exists(arguments.key) else arguments.key)
    kept = Note(open(arguments.since, 'rb').read()) if arguments.since else None
    results = [Pack(pack, key, kept).check() for pack in arguments.packs]
    for result in results:
        print(json.dumps(result), flush=True)
    sys.exit(0 if all(result['ok'] for result in results) else 2)


if __name__ == '__main__':
    main()
