# SPDX-License-Identifier: Apache-2.0
"""Whether what the events say was allowed: each by the taxonomy in force and the state before it, as
docs/formats/ledger.md, closing.md and taxonomy.md have it. A right chain of hashes says that nothing was changed since,
not that it could happen.
"""
import datetime
import re

from findings import Malformed
from handbook import in_force_from, zone_of
from record import Record

RULES = 'sopwright'
BY_RULES = {'item_opened', 'item_unacknowledged', 'item_due_soon', 'item_breached', 'handbook_tip_adopted',
            'closing_conflicted', 'sop_review_due'}
# Who closed is the committer, who may have left when a crash's closing was finished: asked of the intent alone.
BY_INTENT = {'change_committed', 'item_closed'}
# An import goes on batch by batch, whatever becomes of whoever began it.
AT_LENGTH = {'batch_received', 'held_back_read'}
OUTCOMES = {'closing_conflicted', 'closing_abandoned', 'change_committed'}
FOUNDING = {'workspace_founded', 'handbook_founded', 'taxonomy_adopted'}
SUBJECTS = {
    'workspace_founded': 'workspace', 'workspace_restored': 'workspace', 'personal_data_erased': 'personal_data',
    'held_back_read': 'held_back', 'held_back_set_aside': 'held_back', 'held_back_taken_back': 'held_back',
    'audit_reviewed': 'audit', 'taxonomy_proposed': 'taxonomy', 'taxonomy_adopted': 'taxonomy',
    'batch_received': 'evidence', 'handbook_founded': 'handbook', 'handbook_tip_adopted': 'handbook',
}
DAY = datetime.timedelta(1)
LONGEST_EXTENSION, LONGEST_PAUSE, LONGEST_REJECTION, LONGEST_REVIEW = 366 * DAY, 30 * DAY, 1095 * DAY, 366 * DAY
WHOLE = re.compile('[.][0-9]+')


class Broken(Exception):
    pass


def must(holds, sentence):
    if not holds:
        raise Broken(sentence)


def moment(text):
    return datetime.datetime.fromisoformat(text.replace('Z', '+00:00'))


def pairs(keys):
    return {(key['kind'], key['value']) for key in keys}


class Taxonomy:
    """People and what they may do, of one version's document."""

    def __init__(self, said):
        self.people = {person['id']: person for person in reversed(said['people'])}
        self.entries = [(kind, entry) for kind, name in (('code', 'codes'), ('root_cause', 'root_causes'))
                        for entry in said[name]]
        self.governs = [
            sorted(((p['id'], sorted(set(p['roles'])), sorted(set(p.get('only', []))), p.get('stands_in', []))
                    for p in said['people']), key=lambda p: p[0]),
            *(sorted(said.get(name, []), key=lambda p: p['id']) for name in ('sla', 'calendars'))]

    def has(self, person, role):
        """An auditor has no other role."""
        roles = self.people.get(person, {}).get('roles', [])
        return role in roles and (role == 'auditor' or 'auditor' not in roles)

    def in_place_of(self, person, day):
        """Whom a person stands in for; on any day where the day is not known."""
        return [s['for'] for s in self.people.get(person, {}).get('stands_in', [])
                if s['for'] in self.people and (day is None or s['from'] <= str(day) <= s['until'])]

    def decides(self, person, keys):
        """About no key: where that is for those who decide about everything, more is known than here."""
        only = self.people.get(person, {}).get('only', [])
        return self.has(person, 'approver') and (not only or all(
            any(value.startswith(name) and value[len(name):len(name) + 1] in ('', '-', '.', '_') for name in only)
            for _, value in keys))

    def playbook_of(self, path):
        return {(kind, entry['id']) for kind, entry in self.entries
                if entry.get('playbook') == path and 'retired' not in entry}


class Rules:
    """`document` gives a document by its digest, and fails where it cannot be read: then what needs it is not asked."""

    def __init__(self, events, document, found):
        self.events, self.document, self.found = events, document, found
        self.record = Record()
        self.version, self.taxonomy, self.proposal, self.adopted = 0, None, None, {}
        # Keys of any taxonomy, and the newest item of each.
        self.every_key, self.newest = set(), {}
        self.commit, self.to_close, self.zone = None, [], None

    def check(self):
        for event in self.events:
            where = f'event {event["position"]}'
            self.found.trying(where, lambda: self.judge(event, where))
            self.found.trying(where, lambda: self.take(event))
        self.end_commit()

    def judge(self, event, where):
        kind, name = event['kind'], event['subject']
        if not (kind == 'item_closed' and self.commit):
            self.end_commit()
        try:
            self.day = self.day_of(event['at'])
            self.actor, self.at = event['actor'], moment(event['at'])
            self.must_have_place(kind, name, event)
            self.must_be_somebody(kind, name)
            if name in self.record.items and kind not in ('item_commented', 'item_closed'):
                must(self.record.items[name]['state'] != 'closed', f'{name} was closed, and {kind} came after that.')
            if name in self.record.changes:
                state = self.record.changes[name]['state']
                must(state not in ('committed', 'withdrawn'), f'{name} was {state}, and {kind} came after that.')
                must(state != 'committing' or kind in OUTCOMES,
                     f'{name} was being committed, and {kind} is no outcome of that.')
            rule = getattr(self, f'may_{kind}', None)
            if rule:
                rule(event, event['data'], name)
        except Broken as broken:
            self.found.find('rule', where, str(broken))

    def take(self, event):
        """What happened is the state that the next event is judged by, allowed or not."""
        kind, data = event['kind'], event['data']
        if kind == 'workspace_founded' and event['position'] == 0:
            self.zone = zone_of(data['zone'])
        elif kind == 'taxonomy_proposed':
            self.proposal = data['sha256'], event['actor']
        elif kind == 'taxonomy_adopted':
            self.version, self.taxonomy, self.proposal = data['version'], self.read(data['sha256']), None
            self.adopted[data['version']] = data['sha256']
            if self.taxonomy:
                self.every_key |= {(kind, entry['id']) for kind, entry in self.taxonomy.entries}
        elif kind == 'item_opened':
            self.newest[data['key']['kind'], data['key']['value']] = event['subject']
        elif kind == 'change_committed' and event['subject'] in self.record.changes:
            self.commit = event
            self.to_close = list(self.record.changes[event['subject']]['draft']['closes'])
        elif event['subject'].startswith('CHG-') and kind != 'change_proposed' \
                and event['subject'] not in self.record.changes:
            return
        elif event['subject'].startswith('REM-') and kind != 'item_opened' \
                and event['subject'] not in self.record.items:
            return
        self.record.take(event)

    def end_commit(self):
        """A commit closes its items at once."""
        if self.commit and self.to_close:
            self.found.find('rule', f'event {self.commit["position"]}',
                            f'{self.commit["subject"]} was committed, and {self.to_close[0]}, which it closes, was not '
                            'closed with it.')
        self.commit, self.to_close = None, []

    def read(self, digest):
        try:
            return Taxonomy(self.document(digest))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, Malformed):
            return None

    def day_of(self, text):
        return moment(text).astimezone(self.zone).date() if self.zone else None

    # Who

    def must_have_place(self, kind, name, event):
        if kind in SUBJECTS:
            fits = name == SUBJECTS[kind]
        elif kind.startswith('sop_'):
            fits = name == 'sop:' + event['data']['sop']['path']
        else:
            letters = 'CHG' if kind.startswith(('change_', 'closing_')) else 'REM'
            fits = re.fullmatch(letters + '-[1-9][0-9]*', name)
        must(fits, f'{kind} is not about {name}.')
        must(self.version or kind in FOUNDING, f'Before there was a taxonomy, nobody could do this to {name}.')
        known = name in self.record.items or name in self.record.changes
        if kind in ('item_opened', 'change_proposed'):
            count = len(self.record.items if kind == 'item_opened' else self.record.changes)
            must(not known and int(name[4:]) == count + 1, f'{name} is not the next number.')
        elif name.startswith(('REM-', 'CHG-')):
            must(known or kind in BY_INTENT, f'There was no {name} yet.')

    def must_be_somebody(self, kind, name):
        must((self.actor == RULES) == (kind in BY_RULES),
             f'{kind} of {name} is by {self.actor}, and ' + ('follows by rule.' if kind in BY_RULES else 'by no rule.'))
        if self.taxonomy and self.actor != RULES and kind not in BY_INTENT | AT_LENGTH:
            must(self.actor in self.taxonomy.people, f'{kind} of {name} is by {self.actor}, who was nobody here.')
            must(kind == 'audit_reviewed' or not self.taxonomy.has(self.actor, 'auditor'),
                 f'{kind} of {name} is by {self.actor}, an auditor, who changes nothing.')

    def must_be_administrator(self, what):
        must(not self.taxonomy or self.taxonomy.has(self.actor, 'administrator'),
             f'{self.actor} {what}, and was no administrator.')

    def acts_as(self, *people):
        return self.actor in people or not self.taxonomy or any(
            person in people for person in self.taxonomy.in_place_of(self.actor, self.day))

    def must_decide(self, data, keys, barred, what):
        """By their own right, or that of somebody who is away; nobody by the right of who had a hand in it."""
        away = data.get('in_place_of')
        must(data.get('approved_by', self.actor) == self.actor,
             f'{what} is said to be approved by {data.get("approved_by")}, and it was {self.actor}.')
        must(self.actor not in barred, f'{self.actor} approved {what}, and had a hand in it.')
        must(away not in barred, f'{self.actor} approved {what} in the place of {away}, who had a hand in it.')
        if self.taxonomy:
            must(away is None or away in self.taxonomy.in_place_of(self.actor, self.day),
                 f'{self.actor} approved {what} in the place of {away}, and did not stand in for them.')
            must(self.taxonomy.decides(away or self.actor, keys),
                 f'{self.actor} approved {what}, and {away or self.actor} did not decide about that.')

    def must_have_right(self, keys, what):
        """Of decisions that do not say by whose right."""
        must(not self.taxonomy or any(
            self.taxonomy.decides(person, keys)
            for person in [self.actor, *self.taxonomy.in_place_of(self.actor, self.day)]),
            f'{self.actor} {what}, and did not decide about that.')

    # The workspace, people and evidence

    def may_workspace_founded(self, event, data, name):
        must(event['position'] == 0, 'The workspace was founded a second time.')

    def may_workspace_restored(self, event, data, name):
        self.must_be_administrator('restored the workspace')

    def may_personal_data_erased(self, event, data, name):
        self.must_be_administrator('erased personal data')

    def may_audit_reviewed(self, event, data, name):
        must(not self.taxonomy or any(self.taxonomy.has(self.actor, role) for role in ('auditor', 'administrator')),
             f'{self.actor} reviewed the record, and was neither auditor nor administrator.')

    def may_taxonomy_proposed(self, event, data, name):
        self.must_be_administrator('proposed a taxonomy')

    def may_taxonomy_adopted(self, event, data, name):
        version = data['version']
        must(version == self.version + 1, f'Taxonomy {version} came after {self.version}.')
        if self.version == 0:
            return
        self.must_be_administrator(f'adopted taxonomy {version}')
        first = data.get('proposed_by')
        if first is not None:
            must(first != self.actor, f'{first} both proposed and adopted taxonomy {version}.')
            must(self.proposal == (data['sha256'], first), f'No proposal of taxonomy {version} by {first} was waiting.')
            return
        after = self.read(data['sha256'])
        others = [p for p in (self.taxonomy.people if self.taxonomy else []) if p != self.actor]
        must(not after or not any(self.taxonomy.has(p, 'administrator') for p in others)
             or after.governs == self.taxonomy.governs,
             f'{self.actor} alone adopted taxonomy {version}, which changes people, roles or policies, and was not the '
             'only administrator.')

    # The handbook

    def tip(self):
        return self.record.moves[-1][1] if self.record.moves else None

    def may_handbook_founded(self, event, data, name):
        must(not self.record.moves, 'The handbook was founded a second time.')

    def may_handbook_tip_adopted(self, event, data, name):
        must(data.get('from') == self.tip(), f'The branch was at {self.tip()}, and not at {data.get("from")}.')

    def may_sop_ratified(self, event, data, name):
        barred = [data['author']] if 'author' in data else []
        keys = self.taxonomy.playbook_of(data['sop']['path']) if self.taxonomy else []
        self.must_decide(data, keys, barred, f'what was pushed to {data["sop"]["path"]}')

    def may_sop_reviewed(self, event, data, name):
        self.must_be_ahead(data['next'], LONGEST_REVIEW, f'The next review of {data["sop"]["path"]}')

    def must_be_ahead(self, text, longest, what):
        """A date after today, and not too far."""
        must(not self.day or self.day < datetime.date.fromisoformat(text) <= self.day + longest,
             f'{what} is set to {text}, which is not ahead, or too far.')

    def may_batch_received(self, event, data, name):
        must(self.adopted.get(data['taxonomy']) == data['taxonomy_sha256'],
             f'It was read by a taxonomy, version {data["taxonomy"]}, that nobody had adopted.')

    # Items

    def may_item_opened(self, event, data, name):
        key = data['key']['kind'], data['key']['value']
        # One that was taken out is still there for a rejection that expires.
        must(not self.taxonomy or key in self.every_key, f'{name} is of a key that no taxonomy ever had.')
        before = self.newest.get(key)
        must(not before or self.record.items[before]['state'] == 'closed', f'{name} was opened while {before} was open.')

    def may_item_breached(self, event, data, name):
        item = self.record.items[name]
        must(not item['due_at'] or event.get('due_at') == item['due_at'], f'{name} was not due then.')
        must(moment(event['due_at']) <= self.at, f'{name} was not due yet.')

    def may_item_acknowledged(self, event, data, name):
        must(self.record.items[name]['state'] == 'open', f'{name} was acknowledged already.')

    def must_be_live(self, name):
        must(self.record.items[name]['state'] not in ('closing', 'closed'), f'{name} was being closed.')

    def may_item_assigned(self, event, data, name):
        self.must_be_live(name)
        must(data['to'] != self.record.items[name]['owner'], f'{name} was {data["to"]}\'s already.')
        must(not self.taxonomy or data['to'] in self.taxonomy.people,
             f'{name} was given to {data["to"]}, who was nobody here.')

    def must_be_own_proposal(self, event, data, name):
        must(data['proposed_by'] == self.actor, f'{self.actor} proposed this of {name}, not {data["proposed_by"]}.')
        must(data['revision'] == event['version'], f'The proposal of {name} is not its revision {data["revision"]}.')

    def may_extension_proposed(self, event, data, name):
        until, due = moment(data['until']), self.record.items[name]['due_at']
        self.must_be_own_proposal(event, data, name)
        must(until > max(self.at, moment(due) if due else self.at), f'{name} would not be due later.')
        must(until <= self.at + LONGEST_EXTENSION, f'{name} would be extended too far.')

    def wish(self, name):
        wish = self.record.items[name]['extension']
        must(wish, f'Nobody had asked for an extension of {name}.')
        return wish

    def may_extension_approved(self, event, data, name):
        item, wish = self.record.items[name], self.wish(name)
        must((data['revision'], data['until']) == (wish['revision'], wish['until']),
             f'The extension of {name} is not the one that was asked for.')
        must(moment(data['until']) > self.at, f'{name} would be due before it was extended.')
        self.must_decide(data, pairs([item['opened']['key']]), [wish['proposed_by'], item['owner']],
                         f'the extension of {name}')

    def may_extension_returned(self, event, data, name):
        self.wish(name)
        self.must_have_right(pairs([self.record.items[name]['opened']['key']]), f'returned the extension of {name}')

    def may_extension_withdrawn(self, event, data, name):
        must(self.wish(name)['proposed_by'] == self.actor or self.acts_as(self.record.items[name]['owner']),
             f'{self.actor} withdrew the extension of {name}, and neither proposed it nor owned the item.')

    def pause(self, name):
        """The one that runs."""
        last = self.record.items[name]['pauses'][-1:]
        return last and moment(last[0][0]) <= self.at < moment(last[0][1])

    def may_item_paused(self, event, data, name):
        item, until = self.record.items[name], moment(data['until'])
        must(self.acts_as(item['owner']), f'{self.actor} paused {name}, which was {item["owner"]}\'s.')
        must(item['state'] != 'open', f'{name} was paused before anybody acknowledged it.')
        must(not item['due_at'] or self.at <= moment(item['due_at']), f'{name} was paused when it was overdue.')
        must(not self.pause(name), f'{name} was paused already.')
        before = sum((moment(end) - moment(begin) for begin, end in item['pauses']), datetime.timedelta())
        must(until > self.at and before + (until - self.at) <= LONGEST_PAUSE, f'{name} was paused for too long.')

    def may_item_resumed(self, event, data, name):
        must(self.pause(name), f'{name} was not paused.')

    def may_rejection_proposed(self, event, data, name):
        item = self.record.items[name]
        self.must_be_live(name)
        must(item['change'] is None, f'{name} was in {item["change"]}, and was proposed to be rejected.')
        must(not item['rejection'] or item['rejection']['proposed_by'] == self.actor,
             f'Another proposal to reject {name} was waiting.')
        self.must_be_own_proposal(event, data, name)
        self.must_be_ahead(data['expires_on'], LONGEST_REJECTION, f'The end of the rejection of {name}')

    def rejection(self, name, *states):
        """The proposal that stands."""
        item = self.record.items[name]
        must(item['rejection'] and item['state'] in states,
             f'No proposal to reject {name} was ' + ' or '.join(states) + '.')
        return item['rejection']

    def must_hold(self, rejection, data, name):
        must(data['revision'] == rejection['revision'],
             f'Revision {data["revision"]} of {name} is not the proposal that stood.')
        must(not self.day or str(self.day) < rejection['expires_on'], f'The rejection of {name} had expired.')

    def may_rejection_approved(self, event, data, name):
        rejection = self.rejection(name, 'proposed')
        self.must_hold(rejection, data, name)
        self.must_decide(data, pairs([self.record.items[name]['opened']['key']]), [rejection['proposed_by']],
                         f'the rejection of {name}')

    def may_rejection_returned(self, event, data, name):
        self.rejection(name, 'proposed', 'approved')
        self.must_have_right(pairs([self.record.items[name]['opened']['key']]), f'returned the rejection of {name}')

    def may_rejection_withdrawn(self, event, data, name):
        rejection = self.rejection(name, 'proposed', 'approved')
        must(rejection['proposed_by'] == self.actor or self.acts_as(self.record.items[name]['owner']),
             f'{self.actor} withdrew the rejection of {name}, and neither proposed it nor owned the item.')

    def may_item_rejected(self, event, data, name):
        item, rejection = self.record.items[name], self.rejection(name, 'approved')
        self.must_hold(rejection, data, name)
        must(self.acts_as(item['owner'], rejection['proposed_by'], item['approver']),
             f'{self.actor} closed {name}, and was neither its owner, nor proposed nor approved that.')

    def may_item_closed(self, event, data, name):
        commit, change = self.commit, data['change']
        must(commit and commit['subject'] == change and name in self.to_close,
             f'{name} was closed, and no commit of a change that closes it stands before that.')
        self.to_close.remove(name)
        must(name in self.record.items and self.record.items[name]['state'] != 'closed',
             f'{name} was closed already, or not there.')
        must(data['sop'] == commit['data']['sop'] and data['takes_effect'] == commit['data']['takes_effect'],
             f'{name} was closed with another version than {change} committed.')
        must(self.actor == commit['actor'], f'{name} was closed by {self.actor}, and {change} by {commit["actor"]}.')

    # Changes

    def must_be_free(self, draft, name):
        """The items that a draft closes are open, and in no other proposal; its keys are theirs."""
        for closed in draft['closes']:
            item = self.record.items.get(closed)
            must(item, f'{name} closes {closed}, which there was not.')
            must(item['state'] != 'closed', f'{name} closes {closed}, which was closed already.')
            must(item['change'] in (None, name), f'{name} closes {closed}, which was in {item["change"]}.')
            must(not item['rejection'], f'{name} closes {closed}, which was proposed to be rejected.')
        must(pairs(draft['keys']) == pairs(self.record.items[closed]['opened']['key'] for closed in draft['closes']),
             f'The keys of {name} are not those of its items.')

    def may_change_proposed(self, event, data, name):
        self.must_be_free(data, name)

    def may_change_revised(self, event, data, name):
        change = self.record.changes[name]
        before = change['draft']
        had, has = set(before.get('authors', [])), set(data.get('authors', []))
        must(had <= has, f'{name} no longer names all who had a hand in it.')
        self.must_be_free(data, name)
        if self.actor != change['by']:
            grows = ('closes', 'keys', 'authors')
            same = all(before.get(field) == data.get(field) for field in (set(before) | set(data)) - set(grows))
            must(same and data['closes'][:len(before['closes'])] == before['closes'] and has == had | {self.actor},
                 f'{self.actor} revised {name}, which was {change["by"]}\'s, by more than joining an item.')

    def keys(self, draft):
        return pairs(draft['keys']) | (self.taxonomy.playbook_of(draft['path']) if self.taxonomy else set())

    def may_change_approved(self, event, data, name):
        change = self.record.changes[name]
        draft = change['draft']
        must(change['state'] == 'in_review', f'{name} was approved, and was not in review.')
        must((data['revision'], data['sha256']) == (change['revision'], draft['sha256']),
             f'The text of {name} that was approved is not the one that was proposed.')
        self.must_decide(data, self.keys(draft), [change['by'], *draft.get('authors', [])], name)

    def may_change_returned(self, event, data, name):
        change = self.record.changes[name]
        must(change['state'] in ('in_review', 'approved'), f'{name} was returned, and was not in review.')
        self.must_have_right(self.keys(change['draft']), f'returned {name}')

    def may_change_withdrawn(self, event, data, name):
        if self.actor != self.record.changes[name]['by']:
            self.must_be_administrator(f'withdrew {name}, did not propose it')

    def may_closing_intended(self, event, data, name):
        change = self.record.changes[name]
        must(change['state'] == 'approved', f'{name} was being closed, and was not approved.')
        must(data['approved_by'] == change['approver'], f'{data["approved_by"]} did not approve {name}.')
        must(data['revision'] == change['revision'], f'Revision {data["revision"]} of {name} is not the approved one.')
        must(data['intent'] == f'{name}.{len(change["intents"]) + 1}',
             f'{data["intent"]} is not the next attempt to close {name}.')
        must(data['closed_by'] == self.actor, f'{name} is said to be closed by {data["closed_by"]}.')
        must(data['time'] == WHOLE.sub('', event['at']), f'{name} is closed as of another time.')
        owners = [self.record.items[item]['owner'] for item in change['draft']['closes']]
        must(self.acts_as(change['by'], change['approver'], *owners),
             f'{self.actor} closed {name}, and neither proposed nor approved it, nor owned an item of it.')

    def intent(self, data, name, what):
        """The one that stands open."""
        change = self.record.changes.get(name)
        must(change and change['state'] == 'committing', f'{name} was {what}, and no closing of it was under way.')
        intent = list(change['intents'].values())[-1][1]
        must(data['intent'] == intent['intent'], f'{data["intent"]} is not the closing of {name} that was under way.')
        return intent

    def may_closing_conflicted(self, event, data, name):
        self.intent(data, name, 'in conflict')

    def may_closing_abandoned(self, event, data, name):
        self.intent(data, name, 'given up')

    def may_change_committed(self, event, data, name):
        intent, draft, sop = self.intent(data, name, 'committed'), self.record.changes[name]['draft'], data['sop']
        must(self.actor == intent['closed_by'], f'{self.actor} committed {name}, and {intent["closed_by"]} closed it.')
        must(data['approved_by'] == intent['approved_by'], f'{data["approved_by"]} did not approve {name}.')
        said = draft['path'], draft['sop'], draft['sop_version'], draft['sha256']
        must((sop['path'], sop['id'], sop['version'], sop['sha256']) == said, f'{name} committed another version.')
        must(data.get('parent') == self.tip(), f'{name} was not committed onto the tip {self.tip()}.')
        if self.zone:
            day = datetime.date.fromisoformat(draft['effective'])
            effect = in_force_from(moment(intent['time']), day, self.zone)
            must(moment(data['takes_effect']) == effect, f'{name} takes effect at another time than it says.')
