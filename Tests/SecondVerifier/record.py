# SPDX-License-Identifier: Apache-2.0
"""What the events of a ledger come to: items and changes, by docs/formats/ledger.md."""

# Digests that an event names, by kind: documents and texts.
DOCUMENTS = {
    'taxonomy_proposed': ['sha256'], 'taxonomy_adopted': ['sha256'], 'batch_received': ['map_sha256'],
    'item_opened': ['calendar'], 'personal_data_erased': ['rows'], 'change_proposed': ['sha256'], 'change_revised': ['sha256'],
}
TEXTS = {
    'item_commented': ['text'], 'extension_proposed': ['reason'], 'extension_returned': ['note'],
    'item_paused': ['reason'], 'rejection_proposed': ['rationale'], 'rejection_returned': ['note'],
    'change_proposed': ['summary'], 'change_revised': ['summary'], 'change_returned': ['note'],
    'sop_ratified': ['note'], 'sop_reviewed': ['note'], 'personal_data_erased': ['reason'],
    'audit_reviewed': ['note'], 'held_back_set_aside': ['reason'],
}
PLAIN = {
    'workspace_founded', 'workspace_restored', 'handbook_founded', 'handbook_tip_adopted', 'item_acknowledged', 'item_assigned',
    'extension_approved', 'extension_withdrawn', 'item_resumed', 'item_unacknowledged', 'item_due_soon',
    'item_breached', 'rejection_approved', 'rejection_withdrawn', 'item_rejected', 'item_closed', 'change_approved',
    'change_withdrawn', 'closing_intended', 'closing_conflicted', 'closing_abandoned', 'change_committed',
    'sop_read', 'sop_review_due', 'held_back_read', 'held_back_taken_back',
}
KINDS = set(DOCUMENTS) | set(TEXTS) | PLAIN


def named(events, table):
    return {e['data'][f] for e in events for f in table.get(e['kind'], []) if f in e['data']}


class Record:
    def __init__(self, events=()):
        self.items, self.changes, self.moves, self.ratified, self.branch = {}, {}, [], {}, None
        for event in events:
            self.take(event)

    @property
    def tip(self):
        return self.moves[-1][1]

    def take(self, event):
        kind, data, subject = event['kind'], event['data'], event['subject']
        if kind == 'handbook_founded':
            self.branch = data.get('branch')
            self.moves.append((None, data['tip'], 'founding', ''))
        elif kind == 'handbook_tip_adopted':
            self.moves.append((data.get('from'), data['to'], 'push', ''))
        elif kind == 'sop_ratified':
            self.ratified[data['sop']['path'], data['sop']['commit']] = event['actor']
        elif subject.startswith('REM-'):
            self.item(kind, data, subject, event)
        elif subject.startswith('CHG-'):
            self.change(kind, data, subject, event)

    def item(self, kind, data, subject, event):
        if kind == 'item_opened':
            self.items[subject] = {
                'opened': data, 'at': event['at'], 'state': 'open', 'owner': data['owner'],
                'due_at': data.get('due_at'), 'change': None, 'rejection': None, 'approver': None, 'closed': None,
                'extension': None, 'pauses': []}
            return
        item = self.items[subject]
        if kind == 'item_acknowledged':
            item['state'] = 'acknowledged'
        elif kind == 'item_assigned':
            item['owner'] = data['to']
        elif kind == 'extension_proposed':
            item['extension'] = data
        elif kind in ('extension_returned', 'extension_withdrawn'):
            item['extension'] = None
        elif kind == 'extension_approved':
            item.update(due_at=data['until'], extension=None, pauses=[])
        elif kind == 'item_paused':
            item['due_at'] = data['due_at']
            item['pauses'].append((event['at'], data['until']))
        elif kind == 'item_resumed':
            item['due_at'] = data['due_at']
            item['pauses'][-1:] = [(begin, event['at']) for begin, _ in item['pauses'][-1:]]
        elif kind == 'rejection_proposed':
            item.update(state='proposed', rejection=data, approver=None, change=None)
        elif kind == 'rejection_approved':
            item.update(state='approved', approver=data['approved_by'])
        elif kind in ('rejection_returned', 'rejection_withdrawn'):
            item.update(state='acknowledged', rejection=None, approver=None)
        elif kind == 'item_rejected':
            item.update(state='closed', closed=('rejected', event['at'], event['at'], None))
        elif kind == 'item_closed':
            item.update(state='closed', change=data['change'], rejection=None, approver=None)
            item['closed'] = ('sop_changed', event['at'], data['takes_effect'], data['sop'])

    def change(self, kind, data, subject, event):
        if kind == 'change_proposed':
            self.changes[subject] = {
                'draft': data, 'state': 'in_review', 'revision': 1, 'by': event['actor'], 'at': event['at'],
                'approver': None, 'intent': None, 'intents': {}, 'committed': None}
        change = self.changes[subject]
        before = change['draft']['closes']
        if kind == 'change_revised':
            change.update(draft=data, state='in_review', approver=None)
            change['revision'] += 1
        elif kind == 'change_approved':
            change.update(state='approved', approver=data['approved_by'])
        elif kind == 'change_returned':
            change.update(state='returned', approver=None)
        elif kind == 'change_withdrawn':
            change.update(state='withdrawn', approver=None)
        elif kind == 'closing_intended':
            change.update(state='committing', approver=data['approved_by'])
            change['intents'][data['intent']] = (event['position'], data)
        elif kind == 'closing_conflicted':
            change.update(state='conflicted', approver=None)
        elif kind == 'closing_abandoned':
            change['state'] = 'approved'
        elif kind == 'change_committed':
            change.update(state='committed', committed=data, approver=data['approved_by'])
            self.moves.append((data.get('parent'), data['sop']['commit'], 'change', subject))
        closes = change['draft']['closes']
        for name in before:
            if name not in closes:
                self.apply('released', subject, name)
        for name in closes:
            self.apply(kind, subject, name)

    def apply(self, kind, subject, name):
        """What happens to a change happens to the items that it holds."""
        item = self.items[name]
        if kind in ('change_proposed', 'change_revised'):
            if item['state'] != 'closed':
                item.update(state='proposed', change=subject, rejection=None, approver=None)
            return
        if item['change'] != subject or item['state'] == 'closed':
            return
        if kind in ('change_approved', 'closing_abandoned'):
            item['state'] = 'approved'
        elif kind == 'closing_intended':
            item['state'] = 'closing'
        elif kind in ('change_returned', 'change_withdrawn', 'closing_conflicted', 'released'):
            item.update(state='acknowledged', change=None)
