# SPDX-License-Identifier: Apache-2.0
"""The ledger and the evidence, forged with hashes made anew as far as a forger without the key can."""
import hashlib
import json

from forge_tables import Forgery


def leaf_hash(data):
    return hashlib.sha256(b'\0' + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b'\1' + left + right).digest()


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(',', ':')).encode()


class Frontier:
    """RFC 6962, as docs/formats/ledger.md has it."""

    def __init__(self):
        self.size, self.roots = 0, []

    def add(self, leaf):
        node, size, nodes = leaf, self.size, b''
        while size & 1:
            node = node_hash(self.roots.pop(), node)
            nodes += node
            size >>= 1
        self.roots.append(node)
        self.size += 1
        return nodes

    def root(self):
        if not self.roots:
            return hashlib.sha256(b'').digest()
        node = self.roots[-1]
        for other in reversed(self.roots[:-1]):
            node = node_hash(other, node)
        return node


def rehash(db, first):
    """Everything that follows from the leaves, as if they had always been so."""
    frontier = Frontier()
    for position, leaf in db.execute('SELECT position, leaf FROM events ORDER BY position').fetchall():
        hashed = leaf_hash(leaf)
        nodes = frontier.add(hashed)
        if position >= first:
            event = json.loads(leaf)
            db.execute(
                'UPDATE events SET hash = ?, root = ?, nodes = ?, subject = ?, version = ?, kind = ? WHERE position = ?',
                (hashed, frontier.root(), nodes, event['subject'], event['version'], event['kind'], position))
    db.execute('UPDATE tree_head SET size = ?, frontier = ?', (frontier.size, b''.join(frontier.roots)))


def events(db):
    return [(position, json.loads(leaf)) for position, leaf in db.execute(
        'SELECT position, leaf FROM events ORDER BY position')]


def edited(event, chance):
    """One field of an event, to what could stand there."""
    people = ['ana', 'ben', 'carla']
    data = event['data']
    fields = [name for name, value in data.items() if isinstance(value, (str, int)) and not isinstance(value, bool)]
    choices = ['actor', 'at'] + fields * 2
    name = chance.choice(choices)
    if name == 'actor':
        event['actor'] = chance.choice([person for person in people if person != event['actor']])
    elif name == 'at':
        event['at'] = event['at'][:-2] + ('7Z' if event['at'][-2] != '7' else '6Z')
    elif isinstance(data[name], int):
        data[name] += chance.choice([-1, 1, 10])
    else:
        text = data[name]
        place = chance.randrange(len(text)) if text else 0
        data[name] = text[:place] + chance.choice('0123456789abcdef') + text[place + 1:]
    return name


def forge_event(folder, chance):
    """An event edited, with every hash after it made anew: nothing but a signature is missing."""
    with Forgery(folder) as db:
        position, event = chance.choice(events(db))
        before = canonical(event)
        name = edited(event, chance)
        if canonical(event) == before:
            return None
        depth = chance.choice(['leaf', 'hash', 'all'])
        leaf = canonical(event)
        db.execute('UPDATE events SET leaf = ? WHERE position = ?', (leaf, position))
        if depth == 'hash':
            db.execute('UPDATE events SET hash = ? WHERE position = ?', (leaf_hash(leaf), position))
        if depth == 'all':
            rehash(db, position)
        names = [f'event {position}'] if depth != 'all' else ['checkpoint']
        if name == 'zone':
            # Without it nothing else is looked at.
            names.append('event 0')
        return f'{name} of event {position} edited, {depth} fits', names


def take_out_event(folder, chance):
    """An event deleted, and those after it renumbered, with hashes that fit."""
    with Forgery(folder) as db:
        all_events = events(db)
        position, gone = chance.choice(all_events[1:])
        db.execute('DELETE FROM events WHERE position = ?', (position,))
        versions = 0
        for later, event in all_events[position + 1:]:
            event['position'] = later - 1
            if event['subject'] == gone['subject']:
                event['version'] -= 1
                versions += 1
            db.execute('UPDATE events SET leaf = ?, position = ?, subject = ? WHERE position = ?',
                       (canonical(event), later - 1, f'forged-{later}', later))
        rehash(db, position)
        db.execute('UPDATE subjects SET version = version - 1 WHERE subject = ?', (gone['subject'],))
        return f'event {position} taken out, the later ones renumbered', ['checkpoint']


def swap_events(folder, chance):
    with Forgery(folder) as db:
        all_events = events(db)
        position = chance.randrange(1, len(all_events) - 1)
        (one, first), (two, second) = all_events[position], all_events[position + 1]
        first['position'], second['position'] = two, one
        first['at'], second['at'] = second['at'], first['at']
        db.execute("UPDATE events SET subject = 'forged' WHERE position = ?", (two,))
        db.execute('UPDATE events SET leaf = ? WHERE position = ?', (canonical(second), one))
        db.execute('UPDATE events SET leaf = ? WHERE position = ?', (canonical(first), two))
        if first['subject'] == second['subject']:
            return 'events swapped', []
        rehash(db, one)
        return f'events {one} and {two} swapped', ['checkpoint']


def add_event(folder, chance):
    """One that nobody gave, at the end: what is not signed yet can be forged, but not what follows from it."""
    with Forgery(folder) as db:
        all_events = events(db)
        size = len(all_events)
        _, event = chance.choice([e for e in all_events if e[1]['kind'] in (
            'change_approved', 'item_assigned', 'rejection_approved', 'item_acknowledged', 'sop_read')])
        event['position'] = size
        event['version'] = db.execute('SELECT max(version) FROM events WHERE subject = ?', (event['subject'],)).fetchone()[0] + 1
        event['at'] = all_events[-1][1]['at']
        db.execute('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)', (
            size, event['subject'], event['version'], event['kind'], canonical(event), bytes(32), bytes(32), b''))
        rehash(db, size)
        if chance.random() < 0.5:
            db.execute('UPDATE subjects SET version = version + 1 WHERE subject = ?', (event['subject'],))
        return f'{event["kind"]} of {event["subject"]} added at the end', []


def forbidden(chance, last, size, item, owner, closed, version, people):
    """An item handed over by nobody, to nobody, by the rules or after its end: no command leads to that."""
    known = chance.choice([person for person in people if person != owner])
    actor, to = chance.choice(
        [(owner, known)] if closed else [('mallory', known), (known, 'mallory'), ('sopwright', known)])
    return {'actor': actor, 'asserted': actor != 'sopwright', 'at': last['at'], 'data': {'to': to}, 'kind': 'item_assigned',
            'login': last['login'], 'position': size, 'subject': item, 'version': version}


def add_forbidden_event(folder, chance):
    """At the end, with hashes and tables as they follow from it: nothing but the rules speaks against it."""
    with Forgery(folder) as db:
        all_events = events(db)
        size = len(all_events)
        people = [person for (person,) in db.execute('SELECT id FROM persons ORDER BY id')]
        number, version, owner, closed = chance.choice(db.execute(
            'SELECT number, version, owner, closed_at FROM items ORDER BY number').fetchall())
        item = f'REM-{number}'
        event = forbidden(chance, all_events[-1][1], size, item, owner, closed is not None, version + 1, people)
        db.execute('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)', (
            size, item, version + 1, event['kind'], canonical(event), bytes(32), bytes(32), b''))
        rehash(db, size)
        db.execute('UPDATE subjects SET version = version + 1 WHERE subject = ?', (item,))
        db.execute('UPDATE items SET version = version + 1, owner = ? WHERE number = ?', (event['data']['to'], number))
        db.execute('INSERT INTO history VALUES (?, ?)', (item, size))
        return f'{item} handed from {owner} to {event["data"]["to"]} by {event["actor"]} at the end', [f'event {size}']


def roll_back(folder, chance):
    """The newest events dropped, with the tree as it was; the checkpoints of them too, as if they had not been."""
    with Forgery(folder) as db:
        size = db.execute('SELECT max(position) FROM events').fetchone()[0]
        keep = chance.randrange(3, size)
        db.execute('DELETE FROM events WHERE position >= ?', (keep,))
        db.execute('DELETE FROM history WHERE position >= ?', (keep,))
        rehash(db, keep)
        if chance.random() < 0.7:
            db.execute('DELETE FROM cosignatures WHERE size > ?', (keep,))
            db.execute('DELETE FROM checkpoints WHERE size > ?', (keep,))
        return f'events from {keep} on dropped', []


def record_leaf(db, number):
    """The canonical bytes of a record, by docs/formats/evidence.md."""
    cursor = db.execute(
        'SELECT exceptions.*, name FROM exceptions JOIN sources ON sources.id = source WHERE exceptions.id = ?', (number,))
    value = dict(zip([c[0] for c in cursor.description], cursor.fetchone()))

    def time(milliseconds):
        import datetime
        moment = datetime.datetime.fromtimestamp(milliseconds // 1000, datetime.timezone.utc)
        text = moment.strftime('%Y-%m-%dT%H:%M:%S')
        return text + (f'.{milliseconds % 1000:03}Z' if milliseconds % 1000 else 'Z')
    fields = {
        'amount': value['amount'], 'case': value['case_ref'], 'code': value['code'], 'currency': value['currency'],
        'deviation': value['deviation'], 'occurred_at': time(value['occurred_at']),
        'personal': value['personal'].hex() if value['personal'] else None, 'raw_code': value['raw_code'],
        'raw_root_cause': value['raw_root_cause'], 'ref': value['ref'],
        'resolved_at': time(value['resolved_at']) if value['resolved_at'] else None,
        'root_causes': value['root_causes'].split(' ') if value['root_causes'] else None,
        'severity': value['severity'], 'source': value['name'], 'status': value['status'], 'team': value['team'],
        'updated_at': time(value['updated_at']) if value['updated_at'] else None}
    return canonical({name: content for name, content in fields.items() if content is not None})


def forge_record(folder, chance):
    """A record edited together with its leaf, its batch and even the event of it, one step further each time."""
    with Forgery(folder) as db:
        numbers = [n for (n,) in db.execute('SELECT id FROM exceptions')]
        number = chance.choice(numbers)
        ref, batch, leaf = db.execute('SELECT ref, batch, leaf FROM exceptions WHERE id = ?', (number,)).fetchone()
        assert leaf_hash(record_leaf(db, number)) == leaf, 'the forger does not know how records are hashed'
        column, value = chance.choice([
            ('amount', chance.randrange(1, 9999)), ('occurred_at', 1_768_000_000_000 + chance.randrange(10**9)),
            ('code', 'TROUBLE-1'), ('raw_code', 'Forged'), ('team', 'forgers'), ('ref', f'forged-{number}'),
            ('root_causes', 'CAUSE-1'), ('severity', 'low')])
        before = db.execute(f'SELECT {column} FROM exceptions WHERE id = ?', (number,)).fetchone()[0]
        if before == value:
            return None
        db.execute(f'UPDATE exceptions SET {column} = ? WHERE id = ?', (value, number))
        depth = chance.choice(['record', 'leaf', 'batch', 'event', 'tree'])
        old, position = db.execute('SELECT digest, position FROM batches WHERE id = ?', (batch,)).fetchone()
        names = [ref, old.hex()] + ([value] if column == 'ref' else [])
        if depth != 'record':
            db.execute('UPDATE exceptions SET leaf = ? WHERE id = ?', (leaf_hash(record_leaf(db, number)), number))
        if depth in ('batch', 'event', 'tree'):
            tree = Frontier()
            for (hashed,) in db.execute('SELECT leaf FROM exceptions WHERE batch = ? ORDER BY id', (batch,)):
                tree.add(hashed)
            db.execute('UPDATE batches SET digest = ? WHERE id = ?', (tree.root(), batch))
            names.append(tree.root().hex())
        if depth in ('event', 'tree'):
            event = json.loads(db.execute('SELECT leaf FROM events WHERE position = ?', (position,)).fetchone()[0])
            event['data']['digest'] = tree.root().hex()
            db.execute('UPDATE events SET leaf = ? WHERE position = ?', (canonical(event), position))
            names = [f'event {position}']
        if depth == 'tree':
            rehash(db, position)
            names = ['checkpoint']
        return f'{column} of exception {ref} edited, fits up to its {depth}', names


def take_out_record(folder, chance):
    """A record out of a batch that then says one fewer."""
    with Forgery(folder) as db:
        number, batch = chance.choice(db.execute('SELECT id, batch FROM exceptions').fetchall())
        last = db.execute('SELECT max(id) FROM exceptions').fetchone()[0]
        digest, position, ref = *db.execute('SELECT digest, position FROM batches WHERE id = ?', (batch,)).fetchone(), ''
        db.execute('DELETE FROM exceptions WHERE id = ?', (number,))
        db.execute('DELETE FROM tags WHERE exception = ?', (number,))
        db.execute('DELETE FROM personal WHERE exception = ?', (number,))
        if chance.random() < 0.5:
            db.execute('UPDATE batches SET records = records - 1 WHERE id = ?', (batch,))
        if chance.random() < 0.5 and number == last:
            db.execute('UPDATE batches SET first = first - 1 WHERE id > ?', (batch,))
        return f'record {number} taken out', [digest.hex()]


def move_record(folder, chance):
    """A record of one batch to the place of another's, with everything but the order right."""
    with Forgery(folder) as db:
        (one, a), (two, b) = chance.sample(db.execute('SELECT id, batch FROM exceptions').fetchall(), 2)
        db.execute('UPDATE exceptions SET id = -id WHERE id IN (?, ?)', (one, two))
        db.execute('UPDATE exceptions SET id = ?, batch = ? WHERE id = ?', (two, b, -one))
        db.execute('UPDATE exceptions SET id = ?, batch = ? WHERE id = ?', (one, a, -two))
        digests = [d.hex() for (d,) in db.execute('SELECT digest FROM batches WHERE id IN (?, ?)', (a, b))]
        return f'records {one} and {two} swapped', digests


def forge_checkpoint(folder, chance):
    """The newest note, or its row, without the key."""
    with Forgery(folder) as db:
        size, note = chance.choice(db.execute('SELECT size, note FROM checkpoints').fetchall())
        text = note.decode()
        how = chance.choice(['size', 'root', 'signature', 'row'])
        lines = text.split('\n')
        if how == 'size':
            lines[1] = str(int(lines[1]) + 1)
        elif how == 'root':
            lines[2] = ('A' if lines[2][0] != 'A' else 'B') + lines[2][1:]
        elif how == 'signature':
            place = len(lines[4]) - chance.randrange(3, 60)
            lines[4] = lines[4][:place] + ('A' if lines[4][place] != 'A' else 'B') + lines[4][place + 1:]
        else:
            db.execute('UPDATE checkpoints SET root = ? WHERE size = ?', (chance.randbytes(32), size))
        db.execute('UPDATE checkpoints SET note = ? WHERE size = ?', ('\n'.join(lines).encode(), size))
        return f'{how} of checkpoint {size}', ['checkpoint']


WAYS = [(forge_event, 14), (take_out_event, 5), (swap_events, 3), (add_event, 4), (add_forbidden_event, 4), (roll_back, 5), (forge_record, 12),
        (take_out_record, 3), (move_record, 3), (forge_checkpoint, 4)]
