"""Hatchling's hook: a wheel or sdist made from a checkout holds a fresh build of the tables.

An sdist carries the compiled files, and a wheel made from it holds those very files. An editable install is for
people who run scripts/build.py themselves.
"""

import subprocess
import sys
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileTables(BuildHookInterface):
    def initialize(self, version: str, build_data: dict) -> None:
        root = Path(self.root)
        from_sdist = (root / "PKG-INFO").exists()
        if version == "editable" or from_sdist:
            return
        subprocess.run([sys.executable, str(root / "scripts" / "build.py"), "--quiet"], check=True)
