# SPDX-License-Identifier: Apache-2.0
"""Every kind of file of an audit pack, with the sums and the counts of the pack made anew, as docs/formats/pack.md has them."""
import base64
import csv
import hashlib
import io
import json
import os
import shutil
import subprocess

from forge_tree import Frontier, canonical, edited, forbidden, leaf_hash

LINE_FILES = ['events.jsonl', 'exceptions.jsonl', 'texts.jsonl', 'checkpoints.jsonl', 'SHA256SUMS', 'tables/items.csv',
              'tables/changes.csv', 'tables/sop_versions.csv', 'tables/exceptions.csv']


def read(pack, name):
    with open(f'{pack}/{name}', 'rb') as file:
        return file.read()


def write(pack, name, data):
    os.makedirs(os.path.dirname(f'{pack}/{name}'), exist_ok=True)
    with open(f'{pack}/{name}', 'wb') as file:
        file.write(data)


def lines(pack, name):
    return read(pack, name).split(b'\n')[:-1]


def names(pack):
    found = []
    for folder, _, files in os.walk(pack):
        found += [os.path.relpath(os.path.join(folder, name), pack) for name in files]
    return sorted(found)


def mend(pack):
    """SHA256SUMS and pack.json, as they would be if the other files had always been so."""
    about = json.loads(read(pack, 'pack.json'))
    tree = Frontier()
    for line in lines(pack, 'events.jsonl'):
        tree.add(leaf_hash(line))
    about.update(events=tree.size, records=len(lines(pack, 'exceptions.jsonl')), root=base64.b64encode(tree.root()).decode())
    write(pack, 'pack.json', canonical(about) + b'\n')
    mend_sums(pack)


def mend_sums(pack):
    sums = [f'{hashlib.sha256(read(pack, name)).hexdigest()}  {name}\n' for name in sorted(names(pack), key=str.encode)
            if name != 'SHA256SUMS']
    write(pack, 'SHA256SUMS', ''.join(sums).encode())


def finish(pack, chance, name):
    if name == 'SHA256SUMS':
        return
    (mend if chance.random() < 0.7 and name != 'pack.json' else mend_sums)(pack)


def edit_byte(pack, chance):
    name = chance.choice(LINE_FILES + ['pack.json', 'verifier.key', 'README.md', 'checkpoint'])
    data = bytearray(read(pack, name))
    place = chance.randrange(len(data))
    before, data[place] = data[place], ord(chance.choice('abcdefghij0123456789" {},:'))
    if data[place] == before:
        return None
    write(pack, name, bytes(data))
    if name == 'pack.json':
        mend_sums(pack)
    else:
        finish(pack, chance, name)
    return f'a byte of {name}', []


def edit_lines(pack, chance):
    name = chance.choice(LINE_FILES)
    content = lines(pack, name)
    how = chance.choice(['delete', 'swap', 'repeat', 'move', 'insert', 'roll back', 'cut'])
    if not content or name == 'checkpoints.jsonl' and how in ('delete',):
        return None
    before = list(content)
    place = chance.randrange(len(content))
    if how == 'delete':
        del content[place]
    elif how == 'swap':
        to = chance.randrange(len(content))
        content[place], content[to] = content[to], content[place]
    elif how == 'repeat':
        content.insert(place, content[place])
    elif how == 'move':
        content.insert(chance.randrange(len(content)), content.pop(place))
    elif how == 'insert':
        content.insert(place, chance.choice(lines(pack, chance.choice(LINE_FILES)) or [b'{}']))
    elif how == 'roll back':
        content = content[:place]
    else:
        data = read(pack, name)
        write(pack, name, data[:chance.randrange(len(data))])
        finish(pack, chance, name)
        return f'{name} cut', []
    if content == before:
        return None
    write(pack, name, b''.join(line + b'\n' for line in content))
    finish(pack, chance, name)
    return f'{how} line {place} of {name}', []


def forge_event(pack, chance):
    """An event edited in its canonical form, everything of the pack that can be made anew made anew."""
    content = lines(pack, 'events.jsonl')
    place = chance.randrange(len(content))
    event = json.loads(content[place])
    field = edited(event, chance)
    if canonical(event) == content[place]:
        return None
    content[place] = canonical(event)
    write(pack, 'events.jsonl', b''.join(line + b'\n' for line in content))
    mend(pack)
    return f'{field} of event {place}', []


def add_forbidden_event(pack, chance):
    """At the end, with the table of items as it follows from it."""
    content = lines(pack, 'events.jsonl')
    said = [json.loads(line) for line in content]
    before = read(pack, 'tables/items.csv')
    rows = list(csv.DictReader(io.StringIO(before.decode(), newline='')))

    def written():
        out = io.StringIO(newline='')
        writer = csv.DictWriter(out, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
        return out.getvalue().encode()
    if not rows or written() != before:
        return None
    row = chance.choice(rows)
    item, owner = row['item'], row['owner']
    event = forbidden(
        chance, said[-1], len(said), item, owner, row['state'] == 'closed', sum(e['subject'] == item for e in said) + 1,
        sorted({e['actor'] for e in said} - {'sopwright', 'mallory'}))
    row['owner'] = event['data']['to']
    write(pack, 'events.jsonl', b''.join(line + b'\n' for line in content + [canonical(event)]))
    write(pack, 'tables/items.csv', written())
    mend(pack)
    return f'{item} handed from {owner} to {row["owner"]} by {event["actor"]} at the end', [f'event {len(said)}']


def roll_back(pack, chance):
    """The pack of an earlier day, as far as it goes: its events, records, checkpoints and receipts."""
    content = lines(pack, 'events.jsonl')
    keep = chance.randrange(5, len(content))
    write(pack, 'events.jsonl', b''.join(line + b'\n' for line in content[:keep]))
    kept = sum(e['data']['records'] for e in map(json.loads, content[:keep]) if e['kind'] == 'batch_received')
    records = lines(pack, 'exceptions.jsonl')
    write(pack, 'exceptions.jsonl', b''.join(line + b'\n' for line in records[:kept]))
    notes = [line for line in lines(pack, 'checkpoints.jsonl') if int(json.loads(line)['note'].split('\n')[1]) <= keep]
    write(pack, 'checkpoints.jsonl', b''.join(line + b'\n' for line in notes))
    write(pack, 'checkpoint', json.loads(notes[-1])['note'].encode() if notes else b'')
    mend(pack)
    return f'rolled back to {keep} events', []


def forge_record(pack, chance):
    """A record, and what else says the same: the table, and sometimes the event of its batch."""
    content = lines(pack, 'exceptions.jsonl')
    place = chance.randrange(len(content))
    record = json.loads(content[place])
    field, value = chance.choice([('amount', chance.randrange(9999)), ('raw_code', 'Forged'), ('severity', 'low'),
                                  ('occurred_at', '2026-01-09T09:09:09Z'), ('code', 'TROUBLE-1')])
    if field == 'amount' and 'amount' not in record or record.get(field) == value:
        return None
    record[field] = value
    content[place] = canonical(record)
    write(pack, 'exceptions.jsonl', b''.join(line + b'\n' for line in content))
    found = [record['ref'], f'line {place + 1}']
    events = lines(pack, 'events.jsonl')
    first = 0
    for position, line in enumerate(events):
        event = json.loads(line)
        if event['kind'] != 'batch_received':
            continue
        last = first + event['data']['records']
        if first <= place < last:
            found += [event['data']['digest'], f'event {position}']
            if chance.random() < 0.5:
                tree = Frontier()
                for data in content[first:last]:
                    tree.add(leaf_hash(data))
                event['data']['digest'] = tree.root().hex()
                found += [tree.root().hex(), 'checkpoint', 'events']
                events[position] = canonical(event)
                write(pack, 'events.jsonl', b''.join(data + b'\n' for data in events))
        first = last
    mend(pack)
    return f'{field} of record {place + 1}', found


def forge_cell(pack, chance):
    name = chance.choice([name for name in LINE_FILES if name.endswith('.csv')])
    rows = list(csv.reader(io.StringIO(read(pack, name).decode(), newline='')))
    if len(rows) < 2:
        return None
    row = chance.choice(rows[1:])
    place = chance.randrange(len(row))
    row[place] = chance.choice(rows[1:])[place] if chance.random() < 0.5 else row[place] + '1'
    out = io.StringIO(newline='')
    writer = csv.writer(out)
    writer.writerows(rows)
    data = out.getvalue().encode()
    # Quotes that were not necessary are gone: only a cell that is another one counts.
    if list(csv.reader(io.StringIO(read(pack, name).decode(), newline=''))) == rows:
        return None
    write(pack, name, data)
    mend(pack)
    return f'a cell of {name}', [name]


def forge_document(pack, chance):
    """A document or a text, under its own digest or under that of what it says now."""
    if chance.random() < 0.5:
        name = chance.choice([name for name in names(pack) if name.startswith('documents/')])
        data = read(pack, name) + b' '
        if chance.random() < 0.5:
            os.unlink(f'{pack}/{name}')
            name = f'documents/{hashlib.sha256(data).hexdigest()}'
        write(pack, name, data)
        mend(pack)
        return name, [name[10:]]
    content = lines(pack, 'texts.jsonl')
    place = chance.randrange(len(content))
    text = json.loads(content[place])
    text['text'] += '!'
    if chance.random() < 0.5:
        text['digest'] = hashlib.sha256(bytes.fromhex(text['salt']) + text['text'].encode()).hexdigest()
    content[place] = canonical(text)
    write(pack, 'texts.jsonl', b''.join(sorted(line + b'\n' for line in content)))
    mend(pack)
    return f'text {place}', []


def change_files(pack, chance):
    present = names(pack)
    name = chance.choice(present)
    how = chance.choice(['delete', 'empty', 'swap', 'add', 'link'])
    if how == 'delete':
        os.unlink(f'{pack}/{name}')
    elif how == 'empty':
        if not read(pack, name):
            return None
        write(pack, name, b'')
    elif how == 'swap':
        to = chance.choice(present)
        one, two = read(pack, name), read(pack, to)
        if one == two or 'SHA256SUMS' in (name, to):
            return None
        write(pack, name, two)
        write(pack, to, one)
    elif how == 'add':
        name = chance.choice(['note.txt', 'tables/owners.csv', 'personal.jsonl', 'proofs/REM-1000.proof', 'proofs/x/y'])
        write(pack, name, b'{}\n')
    else:
        os.unlink(f'{pack}/{name}')
        os.symlink('/etc/hostname', f'{pack}/{name}')
        return f'{name} is a link', []
    if name != 'SHA256SUMS':
        mend_sums(pack)
    return f'{how} {name}', []


def forge_proof(pack, chance):
    proofs = [name for name in names(pack) if name.startswith('proofs/')]
    name = chance.choice(proofs)
    data = read(pack, name).split(b'\n')
    place = chance.randrange(1, len(data) - 1)
    data[place] = data[place][:-2] + (b'AA' if data[place][-2:] != b'AA' else b'BB')
    write(pack, name, b'\n'.join(data))
    mend_sums(pack)
    return f'line {place} of {name}', [name]


def bundle(pack, chance):
    """The repository unpacked, changed and packed again, as git makes a bundle."""
    folder = f'{pack}.git'
    environment = {**os.environ, 'GIT_AUTHOR_NAME': 'ana', 'GIT_AUTHOR_EMAIL': 'ana@sopwright.invalid',
                   'GIT_COMMITTER_NAME': 'ana', 'GIT_COMMITTER_EMAIL': 'ana@sopwright.invalid', 'HOME': '/nonexistent'}

    def git(*arguments, stdin=None):
        done = subprocess.run(['git', *arguments], cwd=folder, env=environment, input=stdin, capture_output=True, check=True)
        return done.stdout

    subprocess.run(['git', 'clone', '-q', '--mirror', f'{pack}/handbook.bundle', folder], check=True, capture_output=True,
                   env=environment)
    main = git('rev-parse', 'refs/heads/main').decode().strip()
    commits = git('rev-list', '--first-parent', main).decode().split()
    how = chance.choice(['other branch', 'branch back', 'both back', 'commit', 'ref', 'no tip', 'object', 'text', 'message'])
    extra, head = b'', 'refs/heads/main'

    def both(new):
        git('update-ref', 'refs/heads/main', new)
        git('update-ref', 'refs/ledger/tip', new)
    if how == 'other branch':
        head = 'refs/heads/other'
        git('update-ref', head, main)
        git('update-ref', '-d', 'refs/heads/main')
    elif how == 'branch back':
        git('update-ref', chance.choice(['refs/heads/main', 'refs/ledger/tip']), chance.choice(commits[1:]))
    elif how == 'both back':
        both(chance.choice(commits[1:]))
    elif how == 'commit':
        both(git('commit-tree', '-p', main, '-m', 'One more', f'{main}^{{tree}}').decode().strip())
    elif how == 'ref':
        git('update-ref', chance.choice(['refs/heads/other', 'refs/tags/v1', 'refs/ledger/other']), main)
    elif how == 'no tip':
        git('update-ref', '-d', 'refs/ledger/tip')
    elif how == 'object':
        extra = git('hash-object', '-w', '--stdin', stdin=chance.randbytes(20))
    else:
        place = chance.randrange(len(commits))
        base = commits[place + 1] if place + 1 < len(commits) else None
        for number, commit in enumerate(reversed(commits[:place + 1])):
            tree = git('rev-parse', f'{commit}^{{tree}}').decode().strip()
            message = git('log', '-1', '--format=%B', commit)
            if how == 'text':
                environment['GIT_INDEX_FILE'] = f'{folder}/forged.index'
                path = git('ls-tree', '-r', '--name-only', tree).decode().split('\n')[0]
                git('read-tree', tree)
                blob = git('hash-object', '-w', '--stdin', stdin=b'forged').decode().strip()
                git('update-index', '--cacheinfo', f'100644,{blob},{path}')
                tree = git('write-tree').decode().strip()
                del environment['GIT_INDEX_FILE']
            elif number == 0:
                message += b'Forged\n'
            base = git('commit-tree', tree, *(['-p', base] if base else []), '-F', '-', stdin=message).decode().strip()
        both(base)
    refs = git('for-each-ref', '--format=%(objectname) HEAD', head) + git(
        'for-each-ref', '--format=%(objectname) %(refname)')
    reached = {line[:40] for line in git('rev-list', '--objects', '--all').split(b'\n') if line}
    objects = b'\n'.join(sorted(reached | set(extra.split()))) + b'\n'
    data = b'# v2 git bundle\n' + refs + b'\n' + git('pack-objects', '-q', '--stdout', stdin=objects)
    write(pack, 'handbook.bundle', data)
    shutil.rmtree(folder)
    mend(pack)
    return f'bundle: {how}', []


def break_bundle(pack, chance):
    data = bytearray(read(pack, 'handbook.bundle'))
    how = chance.choice(['byte', 'cut', 'tail'])
    if how == 'byte':
        data[chance.randrange(len(data))] ^= chance.randrange(1, 256)
    elif how == 'cut':
        data = data[:chance.randrange(len(data))]
    else:
        data += b'more'
    write(pack, 'handbook.bundle', bytes(data))
    mend(pack)
    return f'bundle: {how}', []


WAYS = [(edit_byte, 10), (edit_lines, 16), (forge_event, 12), (add_forbidden_event, 4), (roll_back, 5), (forge_record, 14), (forge_cell, 8),
        (forge_document, 8), (change_files, 8), (forge_proof, 4), (bundle, 10), (break_bundle, 5)]
