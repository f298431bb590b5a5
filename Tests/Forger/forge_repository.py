# SPDX-License-Identifier: Apache-2.0
"""sop.git, rewritten by git itself."""
import os
import subprocess


def git(folder, *arguments, stdin=None, check=True):
    people = {'GIT_AUTHOR_NAME': 'ana', 'GIT_AUTHOR_EMAIL': 'ana@sopwright.invalid', 'GIT_COMMITTER_NAME': 'ana',
              'GIT_COMMITTER_EMAIL': 'ana@sopwright.invalid', 'GIT_CONFIG_NOSYSTEM': '1', 'HOME': '/nonexistent'}
    done = subprocess.run(['git', '-C', f'{folder}/sop.git', *arguments], input=stdin, capture_output=True,
                          env={**os.environ, **people})
    if check and done.returncode:
        raise RuntimeError(done.stderr.decode())
    return done.stdout.decode(errors='replace').strip()


def line(folder):
    return git(folder, 'rev-list', '--first-parent', '--reverse', 'main').split('\n')


def rewrite(folder, commits, base, change):
    """Makes commits again on a base, each as `change` would have it; the branch, and often the ledger's ref, follow."""
    for commit in commits:
        tree, message = change(commit, git(folder, 'rev-parse', f'{commit}^{{tree}}'), git(folder, 'log', '-1', '--format=%B', commit))
        parents = ['-p', base] if base else []
        base = git(folder, 'commit-tree', tree, *parents, '-F', '-', stdin=(message + '\n').encode())
    git(folder, 'update-ref', 'refs/heads/main', base)
    return base


def follow(folder, chance, commit):
    if chance.random() < 0.6:
        git(folder, 'update-ref', 'refs/ledger/tip', commit)


def with_file(folder, tree, path, text):
    index = f'{folder}/forged.index'
    environment = {**os.environ, 'GIT_INDEX_FILE': index}

    def run(*arguments, stdin=None):
        return subprocess.run(['git', '-C', f'{folder}/sop.git', *arguments], input=stdin, capture_output=True,
                              env=environment, check=True).stdout.decode().strip()
    run('read-tree', tree)
    blob = run('hash-object', '-w', '--stdin', stdin=text)
    run('update-index', '--add', '--cacheinfo', f'100644,{blob},{path}')
    made = run('write-tree')
    os.unlink(index)
    return made


def amend_message(folder, chance):
    commits = line(folder)
    place = chance.randrange(len(commits))
    base = commits[place - 1] if place else None
    first = [True]

    def change(commit, tree, message):
        text, first[0] = (message + '\nForged\n' if first[0] else message), False
        return tree, text
    follow(folder, chance, rewrite(folder, commits[place:], base, change))
    return f'the message of commit {place} of {len(commits)} amended', []


def filter_text(folder, chance):
    """Another text in a file, from some commit on, as git filter-branch would put it there."""
    commits = line(folder)
    place = chance.randrange(len(commits))
    paths = git(folder, 'ls-tree', '-r', '-z', '--name-only', commits[place]).strip('\0').split('\0')
    path = chance.choice(paths)
    base = commits[place - 1] if place else None

    def change(commit, tree, message):
        return with_file(folder, tree, path, f'# Forged\n\n{chance.random()}\n'.encode()), message
    follow(folder, chance, rewrite(folder, commits[place:], base, change))
    return f'{path} filtered from commit {place} of {len(commits)} on', []


def drop_commit(folder, chance):
    commits = line(folder)
    if len(commits) < 3:
        return None
    place = chance.randrange(1, len(commits) - 1)
    made = rewrite(folder, commits[place + 1:], commits[place - 1], lambda commit, tree, message: (tree, message))
    follow(folder, chance, made)
    return f'commit {place} of {len(commits)} dropped', []


def reorder(folder, chance):
    commits = line(folder)
    if len(commits) < 4:
        return None
    place = chance.randrange(1, len(commits) - 1)
    order = [commits[place + 1], commits[place]] + commits[place + 2:]
    made = rewrite(folder, order, commits[place - 1], lambda commit, tree, message: (tree, message))
    follow(folder, chance, made)
    return f'commits {place} and {place + 1} of {len(commits)} swapped', []


def roll_back_branch(folder, chance):
    commits = line(folder)
    to = commits[chance.randrange(len(commits) - 1)]
    git(folder, 'update-ref', 'refs/heads/main', to)
    follow(folder, chance, to)
    return 'the branch rolled back', []


def move_ref(folder, chance):
    commits = line(folder)
    ref, to = chance.choice([
        ('refs/ledger/tip', None), ('refs/ledger/checkpoints', commits[-1]),
        ('refs/heads/main', None), ('refs/replace/' + commits[-1], commits[0]),
        ('refs/ledger/tip', git(folder, 'rev-parse', 'refs/ledger/checkpoints')),
        ('refs/heads/main', git(folder, 'rev-parse', 'refs/ledger/checkpoints')),
    ])
    if to:
        git(folder, 'update-ref', ref, to)
    else:
        git(folder, 'update-ref', '-d', ref)
    return f'{ref} moved to {to}', []


def other_head(folder, chance):
    target = chance.choice(['refs/heads/other', 'refs/heads/nowhere'])
    if target.endswith('other'):
        commits = line(folder)
        git(folder, 'update-ref', target, chance.choice(commits))
    git(folder, 'symbolic-ref', 'HEAD', target)
    return f'HEAD names {target}', []


def claim_closing(folder, chance):
    """A commit with the message of one that closed something, on the branch or on no ref."""
    ours = [c for c in line(folder) if 'Closing-Intent:' in git(folder, 'log', '-1', '--format=%B', c)]
    if not ours:
        return None
    message = git(folder, 'log', '-1', '--format=%B', chance.choice(ours))
    made = git(folder, 'commit-tree', 'main^{tree}', '-p', 'main', '-F', '-', stdin=(message + '\n').encode())
    where = chance.choice(['main', 'no ref'])
    if where == 'main':
        git(folder, 'update-ref', 'refs/heads/main', made)
    return f'a commit that says that it closes, on {where}', [made]


def swap_objects(folder, chance):
    """The bytes of one object under the id of another, or none at all."""
    git(folder, 'unpack-objects', '-q', check=False)
    found = git(folder, 'rev-list', '--objects', '--all').split('\n')
    ids = sorted({text[:40] for text in found})
    one, two = chance.sample(ids, 2)
    loose = [f'{folder}/sop.git/objects/{i[:2]}/{i[2:]}' for i in (one, two)]
    if not all(os.path.exists(path) for path in loose):
        packs = f'{folder}/sop.git/objects/pack'
        names = sorted(name for name in os.listdir(packs) if name.endswith('.pack'))
        if not names:
            return None
        for name in names:
            os.rename(f'{packs}/{name}', f'{folder}/{name}')
            for ending in ('.idx', '.rev'):
                if os.path.exists(f'{packs}/{name[:-5]}{ending}'):
                    os.unlink(f'{packs}/{name[:-5]}{ending}')
        for name in names:
            with open(f'{folder}/{name}', 'rb') as pack:
                git(folder, 'unpack-objects', '-q', stdin=pack.read())
            os.unlink(f'{folder}/{name}')
    how = chance.choice(['swapped', 'deleted', 'replaced'])
    with open(loose[0], 'rb') as file:
        first = file.read()
    with open(loose[1], 'rb') as file:
        second = file.read()
    os.chmod(loose[0], 0o644)
    if how == 'deleted':
        os.unlink(loose[0])
    else:
        with open(loose[0], 'wb') as file:
            file.write(second)
    if how == 'swapped':
        os.chmod(loose[1], 0o644)
        with open(loose[1], 'wb') as file:
            file.write(first)
    return f'object {one} {how}', []


def change_setting(folder, chance):
    name, value = chance.choice([
        ('core.fsync', 'none'), ('transfer.fsckObjects', 'false'), ('receive.hideRefs', 'refs/other'), ('gc.auto', '1'),
        ('receive.autogc', 'true'), ('includeIf.onbranch:main.path', '/nowhere'), ('trailer.separators', '%'),
        ('diff.evil.textconv', 'rev'), ('transfer.hideRefs', 'refs/heads/main')])
    git(folder, 'config', name, value)
    return f'{name} is {value}', [name, name.lower()]


WAYS = [(amend_message, 5), (filter_text, 6), (drop_commit, 3), (reorder, 3), (roll_back_branch, 4), (move_ref, 4),
        (other_head, 2), (claim_closing, 3), (swap_objects, 6), (change_setting, 2)]
