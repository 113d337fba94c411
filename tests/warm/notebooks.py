"""Notebooks that do what notebooks do, and what they should not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat

SPEC = {"name": "python3", "language": "python", "display_name": "Python 3"}

# name -> cells; both engines must give the same outputs.  Kernels take seconds to start, so several topics
# go into one notebook, see TOGETHER and ALLOWED; the others stop their notebook
ALIKE: dict[str, list[str]] = {
    "values": ["1 + 1", "_ * 10", "x = 3\nx;", "None", "print(__name__, In[0] == '', sorted(Out))"],
    "order": [
        "import sys\nprint('a')\nprint('b', file=sys.stderr)\ndisplay('c')\nprint('d')\n'e'",
        "for i in range(3):\n    print(i)\n    display(i)",
    ],
    "rich": [
        "import pandas as pd\npd.DataFrame({'a': [1, 2], 'b': ['x', '<b>']})",
        "from IPython.display import HTML, JSON, Markdown, SVG, Latex, Image\n"
        "display(HTML('<b>x</b>'), Markdown('*x*'), JSON({'a': [1]}), Latex('$x$'))",
        "class Both:\n    def _repr_mimebundle_(self, include=None, exclude=None):\n"
        "        return {'text/plain': 'p', 'application/json': {'n': 1.5}}, {'application/json': {'k': 1}}\nBoth()",
        "display({'text/html': '<i>raw</i>'}, raw=True, metadata={'isolated': True})",
        "import math\ndisplay({'application/json': {'v': [None, True, 1e300]}}, raw=True)",
        "import datetime as dt\ndisplay({'application/json': {'t': dt.datetime(2020, 1, 1), 'p': b'abc'}}, raw=True)",
        "display({'image/png': b'abc'}, raw=True)",
        "print('f\\udce4.txt')",
    ],
    "figures": [
        "import matplotlib.pyplot as plt\nfig, ax = plt.subplots(figsize=(2, 2))\nax.plot([1, 3, 2]);",
        "%matplotlib inline\nplt.plot([1, 2]); plt.title('t'); plt.show()\nprint('after')",
        "%config InlineBackend.figure_formats = ['svg']\nplt.rcParams['svg.hashsalt'] = 'x'\n"
        "plt.figure(figsize=(1, 1)); print(plt.get_backend())",
        "fig",
    ],
    "figures without pyplot": [
        "from matplotlib.figure import Figure\nf = Figure(figsize=(1, 1))\nf.add_subplot().plot([1, 2])\nf",
    ],
    "display handles": [
        "h = display('one', display_id='mine')\nprint('between')",
        "h.update('two')",
        "from IPython.display import clear_output, update_display\nprint('gone')\nclear_output()\nprint('kept')",
        "print('gone later')\nclear_output(wait=True)\nprint('kept')",
        "display('again', display_id='mine'); update_display('both', display_id='mine')",
        "update_display('nobody', display_id='unknown')",
    ],
    "raises": ["x = 1", "def f(y):\n    return 1 / y\nprint('before')\nf(0)", "print('never')"],
    "syntax error": ["def f(:"],
    "deep error": [
        "def a():\n    try:\n        {}['k']\n    except KeyError as e:\n        raise ValueError('<b>no') from e\na()"
    ],
    "error while displaying": ["class Bad:\n    def __repr__(self):\n        raise RuntimeError('no repr')\nBad()"],
    "exits": ["import sys\nprint('a')\nsys.exit(3)", "print('never')"],
    "exits politely": ["import sys\nsys.exit()", "print('never')"],
    "kernel exits": ["print('a')\nexit()"],
    "asks": ["input('name?')", "%nosuchmagic"],
    "asyncio": [
        "import asyncio\nawait asyncio.sleep(0.01)\nprint('slept')",
        "async def f(i):\n    await asyncio.sleep(0)\n    return i\nawait asyncio.gather(*(f(i) for i in range(3)))",
        "async with asyncio.timeout(5):\n    await asyncio.sleep(0)\nasyncio.get_running_loop().is_running()",
        "asyncio.run(f(1))",
    ],
    "threads": [
        "import threading\ndef say(i):\n    print('thread', i)\n"
        "for i in range(3):\n    t = threading.Thread(target=say, args=(i,))\n    t.start(); t.join()",
        "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(2) as p:\n"
        "    print(sorted(p.map(lambda v: v * v, range(5))))",
        "def fail():\n    1 / 0\nthreading.excepthook = lambda a: print('caught', a.exc_type.__name__)\n"
        "t = threading.Thread(target=fail); t.start(); t.join()",
    ],
    "magics": [
        "%pwd\nprint('here')",
        "%env CX_TEST_VALUE=7",
        "import os\nos.environ['CX_TEST_VALUE']",
        "%%capture got\nprint('inside')",
        "got.stdout",
        "%alias_magic t time",
        "%%writefile made.txt\nhello",
        "!cat made.txt",
        "%%bash\necho out; echo err >&2",
        "lines = !echo one; echo two\nlines",
        "%%html\n<b>h</b>",
        "%lsmagic?",
    ],
    "descriptors": [
        # a kernel behind sockets may lose what comes at the very end of a cell
        "import os, subprocess, sys, time\nos.system('echo from the system'); time.sleep(0.5)",
        "subprocess.run([sys.executable, '-c', \"print('from a child')\"], check=True).returncode; time.sleep(0.5)",
        "os.write(1, b'raw\\n'); time.sleep(0.5)",
    ],
    "processes": [
        "import multiprocessing as m\ncontext = m.get_context('fork')\n"
        "p = context.Process(target=print, args=('forked',)); p.start(); p.join(); p.exitcode",
        "with context.Pool(2) as pool:\n    print(pool.map(abs, [-1, -2, -3]))",
    ],
    "warnings and logs": [
        "import warnings, logging\nwarnings.warn('careful')",
        "logging.warning('logged')\nlogging.info('not shown')",
        "import pickle\nclass C: pass\npickle.loads(pickle.dumps(C())).__class__.__name__",
    ],
    "widgets": [
        "import ipywidgets as w\ns = w.IntSlider(value=3, description='n')\ns",
        "s.value = 5\nprint(s.value)",
        "out = w.Output()\nwith out:\n    print('inside a widget')\nout",
        "b = w.Button(description='go'); b.on_click(lambda _: print('clicked')); b.click()",
    ],
    "progress bars": ["import sys\nfor i in range(3):\n    sys.stderr.write(f'\\r{i}')\nsys.stderr.flush()"],
    "no newline": ["print('a', end=''); print('b', end='')\n5", "import sys\nsys.stdout.write('x')"],
    "late threads": [
        "import threading, time\nt = threading.Thread(target=lambda: (time.sleep(0.5), print('late')))\nt.start()",
        "t.join(); print('joined')",
    ],
    "unicode": ["print('Zufriedenheit: größer, \\U0001f600, \\x00, \\ud800'.encode('utf-8', 'replace').decode())"],
    "many lines": ["for i in range(20000):\n    print(i)"],
    "state": [
        "import builtins, sys\n'leaked' in globals(), hasattr(builtins, 'leaked')",
        "leaked = builtins.leaked = 1\nlen([n for n in dir() if not n.startswith('_')])",
    ],
}


TOGETHER = {
    "basics": ["values", "order", "rich", "no newline", "unicode", "many lines", "state"],
    "pictures and handles": ["figures", "figures without pyplot", "display handles", "progress bars", "widgets"],
    "concurrency": ["asyncio", "threads", "late threads", "processes"],
    "system": ["magics", "descriptors", "warnings and logs"],
}
ALLOWED = ["raises", "syntax error", "deep error", "error while displaying", "exits", "asks"]


def write(path: Path, cells: list[str], tags: dict[int, list[str]] | None = None) -> Path:
    """Write a notebook with these cells."""
    made: list[Any] = [nbformat.v4.new_code_cell(text, id=f"cell-{i}") for i, text in enumerate(cells)]
    for i, names in (tags or {}).items():
        made[i].metadata.tags = names
    nbformat.write(nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": SPEC}), path)
    return path
