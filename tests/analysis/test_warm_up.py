"""The rehearsal: after it nothing is done for the first time, and nothing of it is left."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

CODE = """
import json, os, sys, threading
import quickview.analysis
from quickview.analysis.warm_up import rehearse

def opened():
    links = {f"/proc/self/fd/{name}" for name in os.listdir("/proc/self/fd")}
    return sorted(os.readlink(link) for link in links if os.path.exists(link))

before = opened()
rehearse()
files = [path for path in opened() if path not in before]
known = set(sys.modules)
os.chdir(os.path.dirname(sys.argv[1]))
for cell in json.load(open(sys.argv[1]))["cells"]:
    if cell["cell_type"] == "code":
        exec("".join(cell["source"]), globals())
print(json.dumps([files, threading.active_count(), sorted(set(sys.modules) - known)]))
"""

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "quick_view.ipynb"


@pytest.mark.slow
def test_after_a_rehearsal_the_notebook_imports_nothing_more_and_no_file_is_open():
    command = [sys.executable, "-W", "error::ResourceWarning", "-c", CODE, str(NOTEBOOK)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    files, threads, imported = json.loads(told)
    assert files == []
    assert threads == 1
    assert imported == []
