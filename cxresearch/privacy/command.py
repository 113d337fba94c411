"""The command ``cxresearch audit``."""

from __future__ import annotations

import argparse

SAFE, OPEN = 0, 1


def audit(options: argparse.Namespace) -> int:
    """Attack the tables of a report or a batch; 1 when something is found or the batch has not ended, else 0.

    `options` has the folder as ``path`` and the language as ``language``.
    """
    from cxresearch.privacy.audit import audit as attack_folder

    found = attack_folder(options.path)
    lang = getattr(options, "language", None) or "en"
    for line in found.lines(lang):
        print(line)
    print(found.sentence(lang))
    return SAFE if found.safe else OPEN
