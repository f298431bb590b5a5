# SPDX-License-Identifier: Apache-2.0
"""Rows of the database, edited with triggers off: each table and column, but for what is in no promise."""
import sqlite3

# Whole tables that are in no hash: docs/security.md.
UNBOUND = {'persons', 'person_logins'}
# Columns that nothing follows from, or that follow from nothing.
UNBOUND_COLUMNS = {
    ('quarantine', 'line'), ('quarantine', 'field'), ('quarantine', 'reason'), ('quarantine', 'raw'),
    ('exceptions', 'line'), ('checkpoints', 'published_at'), ('proposal_branches', 'problem'),
    ('proposal_branches', 'basis'), ('handbook_tip', 'reviews_looked_for'), ('handbook_tip', 'is_read'),
    ('sop_origins', 'copied'),
}
# A row too many, or too few, is harmless: kept so that it is found faster, or named by nothing.
NO_INSERT = {'documents', 'logins', 'sources', 'texts', 'erasures_to_purge'}
NO_DELETE = {'cosignatures', 'checkpoints', 'sop_origins', 'sop_lines', 'erasures_to_purge', 'proposal_branches', 'sources'}


class Forgery:
    """Opens the database without its triggers, and puts them back."""

    def __init__(self, folder):
        self.folder = folder

    def __enter__(self):
        self.db = sqlite3.connect(f'{self.folder}/sopwright.sqlite', isolation_level=None)
        self.db.execute('PRAGMA foreign_keys = OFF')
        self.triggers = self.db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in self.triggers:
            self.db.execute(f'DROP TRIGGER {name}')
        return self.db

    def __exit__(self, *_):
        for _, sql in self.triggers:
            self.db.execute(sql)
        self.db.close()


def tables(db):
    names = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE TABLE%'").fetchall()
    return sorted(n for (n,) in names if not n.startswith(('sqlite_', 'sop_text')) and n not in UNBOUND)


def columns(db, table):
    return [(name, kind, key > 0) for _, name, kind, _, _, key in db.execute(f'PRAGMA table_info({table})')]


def rows(db, table):
    # Without columns that SQLite computes.
    names = ', '.join(name for name, _, _ in columns(db, table))
    return db.execute(f'SELECT {names} FROM {table}').fetchall()


def naming(db, table, row, fields):
    """By which words a finding may say where it is; none where any finding will do."""
    value = dict(zip(fields, row))
    if table == 'exceptions':
        found = [value['ref']]
        batch = db.execute('SELECT digest FROM batches WHERE id = ?', (value['batch'],)).fetchone()
        return found + ([batch[0].hex()] if batch else []) + ['tree', 'recurrence']
    if table == 'items':
        return [f'REM-{value["number"]}']
    if table == 'changes':
        return [f'CHG-{value["number"]}']
    if table == 'events':
        return [f'event {n}' for n in (value['position'], value['position'] + 1)] + ['tree_head', 'checkpoint']
    return []


def where(fields, row):
    return ' AND '.join(f'{name} IS ?' for name in fields), list(row)


def other(value, kind, chance):
    if value is None:
        return {'INTEGER': chance.randrange(1, 9), 'TEXT': 'forged', 'BLOB': chance.randbytes(32)}[kind]
    if isinstance(value, int):
        return value + chance.choice([-1, 1, 86_400_000, 7])
    if isinstance(value, bytes):
        if not value:
            return b'\1'
        place = chance.randrange(len(value))
        return value[:place] + bytes([value[place] ^ chance.randrange(1, 256)]) + value[place + 1:]
    place = chance.randrange(len(value) + 1)
    if chance.random() < 0.2:
        # Most languages read as far as this, SQLite compares what stands behind it.
        return value[:place] + '\0' + value[place:]
    return value[:place] + chance.choice('abcxyz0189') + value[place + chance.randrange(2):]


def apply(db, sql, arguments=()):
    """Whether SQLite took it, and something changed."""
    try:
        return db.execute(sql, arguments).rowcount > 0
    except (sqlite3.IntegrityError, OverflowError):
        return False


def edit_value(folder, chance):
    with Forgery(folder) as db:
        table = chance.choice(tables(db))
        content = rows(db, table)
        described = columns(db, table)
        name, kind, _ = chance.choice(described)
        if not content or (table, name) in UNBOUND_COLUMNS:
            return None
        fields = [field for field, _, _ in described]
        row = chance.choice(content)
        place = fields.index(name)
        taken = chance.choice(content)[place] if chance.random() < 0.3 else other(row[place], kind, chance)
        if chance.random() < 0.1:
            taken = None
        condition, arguments = where(fields, row)
        if taken == row[place] or not apply(db, f'UPDATE {table} SET {name} = ? WHERE {condition}', [taken] + arguments):
            return None
        if (table, name) == ('proposal_branches', 'author') and taken is None and row[fields.index('problem')]:
            # A branch that could not be read has none.
            db.execute(f'UPDATE {table} SET {name} = ? WHERE name = ?', [row[place], row[0]])
            return None
        if table == 'sop_contents' and name == 'id' or table == 'sop_versions' and name == 'sequence' and \
                sorted(rows(db, table))[content.index(row)][1:] == row[1:]:
            # A new number in the same order is the same content under another name.
            db.execute(f'UPDATE {table} SET {name} = ? WHERE {name} = ?', [row[place], taken])
            return None
        named = naming(db, table, row, fields)
        if (table, name) == ('events', 'position'):
            named.append(f'event {taken}')
        return f'{table}.{name}: {row[place]!r:.60} to {taken!r:.60}', named


def swap_values(folder, chance):
    with Forgery(folder) as db:
        table = chance.choice(tables(db))
        content = rows(db, table)
        described = columns(db, table)
        name, _, key = chance.choice(described)
        if len(content) < 2 or key or (table, name) in UNBOUND_COLUMNS:
            return None
        fields = [field for field, _, _ in described]
        keys = [field for field, _, is_key in described if is_key]
        one, two = chance.sample(content, 2)
        place = fields.index(name)
        if one[place] == two[place] or not keys:
            return None
        for row, taken in ((one, two[place]), (two, one[place])):
            condition, arguments = where(keys, [row[fields.index(field)] for field in keys])
            if not apply(db, f'UPDATE {table} SET {name} = ? WHERE {condition}', [taken] + arguments):
                db.execute('SELECT 1')
                return (f'{table}.{name} half swapped', []) if row is two else None
        return f'{table}.{name} swapped', naming(db, table, one, fields) + naming(db, table, two, fields)


def delete_rows(folder, chance):
    with Forgery(folder) as db:
        table = chance.choice([table for table in tables(db) if table not in NO_DELETE])
        content = rows(db, table)
        if not content:
            return None
        fields = [field for field, _, _ in columns(db, table)]
        how = chance.choice(['one', 'some', 'last', 'all'])
        chosen = {'one': [chance.choice(content)], 'all': content, 'last': content[-chance.randrange(1, 4):],
                  'some': chance.sample(content, min(len(content), chance.randrange(1, 5)))}[how]
        if table in ('documents', 'logins', 'texts'):
            chosen = [row for row in chosen if is_named(db, table, row)]
        deleted = 0
        for row in chosen:
            condition, arguments = where(fields, row)
            deleted += apply(db, f'DELETE FROM {table} WHERE {condition}', arguments)
        if not deleted:
            return None
        return f'{deleted} rows of {table} deleted', naming(db, table, chosen[0], fields) if how == 'one' else []


def is_named(db, table, row):
    return db.execute("SELECT count(*) FROM events WHERE instr(leaf, CAST(? AS BLOB))", (row[0].hex(),)).fetchone()[0]


def insert_row(folder, chance):
    with Forgery(folder) as db:
        table = chance.choice([table for table in tables(db) if table not in NO_INSERT])
        content = rows(db, table)
        described = columns(db, table)
        if not content:
            return None
        fields = [field for field, _, _ in described]
        row = list(chance.choice(content))
        for place, (name, kind, key) in enumerate(described):
            if key or chance.random() < 0.2:
                row[place] = other(row[place], kind, chance) if kind != 'INTEGER' else (
                    chance.choice([-1, 1]) * chance.randrange(1, 500))
        if not apply(db, f'INSERT OR IGNORE INTO {table} ({", ".join(fields)}) VALUES ({", ".join("?" * len(row))})', row):
            return None
        return f'a row of {table} inserted: {row!r:.80}', []


def change_schema(folder, chance):
    db = sqlite3.connect(f'{folder}/sopwright.sqlite', isolation_level=None)
    names = [n for (n,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger' ORDER BY 1")]
    indexes = [n for (n,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql NOTNULL ORDER BY 1")]
    sql = chance.choice([
        f'DROP TRIGGER {chance.choice(names)}', f'DROP INDEX {chance.choice(indexes)}',
        'CREATE TRIGGER more AFTER INSERT ON events BEGIN DELETE FROM items WHERE number = 1; END',
        'ALTER TABLE items ADD COLUMN more TEXT', 'CREATE TABLE more (text TEXT)',
        'CREATE VIEW more AS SELECT * FROM items',
    ])
    db.execute(sql)
    db.close()
    return sql, []


def change_index(folder, chance):
    """An entry of the words that are searched."""
    with Forgery(folder) as db:
        content = db.execute('SELECT id, block FROM sop_text_data WHERE id > 10').fetchall()
        if not content:
            return None
        sql, arguments = chance.choice([
            ("INSERT INTO sop_text (rowid, title, body) VALUES (?, 'forged', 'forged words')", [chance.randrange(1, 99)]),
            ('DELETE FROM sop_text_docsize WHERE id = (SELECT max(id) FROM sop_text_docsize)', []),
            ("INSERT INTO sop_text (sop_text) VALUES ('delete-all')", []),
        ])
        db.execute(sql, arguments)
        return sql, []


WAYS = [(edit_value, 45), (swap_values, 8), (delete_rows, 12), (insert_row, 10), (change_schema, 3), (change_index, 1)]
