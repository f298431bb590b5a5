# SPDX-License-Identifier: Apache-2.0
"""The tables of a pack as they follow from everything else, byte for byte: docs/formats/pack.md."""
import hashlib

ITEMS = '''item state resolution kind value owner severity cause historic opened_at acknowledge_by due_at rule count
first last follows failed_path failed_commit change rationale expires_on tripwire proposed_by approved_by closed_at
takes_effect sop path version commit sha256'''.split()
CHANGES = '''change state revision path sop version effective closes sha256 summary proposed_by proposed_at approved_by
authors base_commit pushed_branch pushed_commit commit parent tree blob takes_effect'''.split()
VERSIONS = '''path commit sop version blob sha256 author committed_at in_force_from origin change approved ratified_by
retired'''.split()
EXCEPTIONS = '''record batch source ref occurred_at code raw_code root_causes raw_root_cause team severity status case
amount currency deviation resolved_at updated_at received_at personal leaf superseded_by'''.split()
NUMBERS = {'amount'}


def cell(text, is_number=False):
    text = '' if text is None else str(text).lower() if isinstance(text, bool) else str(text)
    risky = not is_number and text[:1] in set("=+-@\t\r\n\0'") and text != ''
    if risky or any(c in text for c in '",;\t\r\n'):
        return '"' + ("'" if risky else '') + text.replace('"', '""') + '"'
    return text


def table(columns, rows):
    yield ','.join(columns).encode() + b'\r\n'
    for row in rows:
        yield ','.join(cell(row.get(c), c in NUMBERS) for c in columns).encode() + b'\r\n'


def number(name):
    return int(name.split('-')[1])


def items(record, texts):
    for name in sorted(record.items, key=number):
        item = record.items[name]
        opened, rejection = item['opened'], item['rejection'] or {}
        because, failed = opened['because'], opened.get('failed', {})
        how, closed_at, takes_effect, sop = item['closed'] or (None, None, None, None)
        sop = sop or {}
        yield {
            'item': name, 'state': item['state'], 'resolution': how, 'kind': opened['key']['kind'],
            'value': opened['key']['value'], 'owner': item['owner'], 'severity': opened['severity'],
            'cause': opened['cause'], 'historic': opened['historic'], 'opened_at': item['at'],
            'acknowledge_by': opened.get('acknowledge_by'), 'due_at': item['due_at'], 'rule': because['rule'],
            'count': because['count'], 'first': because['first'], 'last': because['last'],
            'follows': opened.get('follows'), 'failed_path': failed.get('path'), 'failed_commit': failed.get('commit'),
            'change': item['change'], 'rationale': texts.get(rejection.get('rationale')),
            'expires_on': rejection.get('expires_on'), 'tripwire': rejection.get('tripwire'),
            'proposed_by': rejection.get('proposed_by'), 'approved_by': item['approver'], 'closed_at': closed_at,
            'takes_effect': takes_effect, 'sop': sop.get('id'), 'path': sop.get('path'),
            'version': sop.get('version'), 'commit': sop.get('commit'), 'sha256': sop.get('sha256')}


def changes(record, texts):
    for name in sorted(record.changes, key=number):
        change = record.changes[name]
        draft, done = change['draft'], change['committed'] or {}
        yield {
            'change': name, 'state': change['state'], 'revision': change['revision'], 'path': draft['path'],
            'sop': draft['sop'], 'version': draft['sop_version'], 'effective': draft['effective'],
            'closes': ' '.join(draft['closes']), 'sha256': draft['sha256'], 'summary': texts.get(draft['summary']),
            'proposed_by': change['by'], 'proposed_at': change['at'], 'approved_by': change['approver'],
            'authors': ' '.join(draft.get('authors', [])), 'base_commit': draft.get('base', {}).get('commit'),
            'pushed_branch': draft.get('pushed', {}).get('branch'),
            'pushed_commit': draft.get('pushed', {}).get('commit'), 'commit': done.get('sop', {}).get('commit'),
            'parent': done.get('parent'), 'tree': done.get('tree'), 'blob': done.get('blob'),
            'takes_effect': done.get('takes_effect')}


def exceptions(kept):
    """Of records with the position of their batch's event and that event's time, in the order of the file."""
    following = {}
    superseded = {}
    for index in range(len(kept) - 1, -1, -1):
        record = kept[index][1]
        identity = record['source'], record['ref']
        superseded[index] = following.get(identity)
        following[identity] = index + 1
    for index, (line, record, position, at) in enumerate(kept):
        row = {c: record.get(c) for c in EXCEPTIONS}
        row.update(
            record=index + 1, batch=position, root_causes=' '.join(record.get('root_causes', [])), received_at=at,
            leaf=hashlib.sha256(b'\0' + line).hexdigest(), superseded_by=superseded[index])
        yield row
