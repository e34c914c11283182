"""Packages the app: `chalice package` + the extras of template.py + verification + the compiled, slimmed zip.

`python .chalice/package.py --stage local` leaves `template.json`, `code.zip` and `code.sha256` in
`.local/build/<stage>`; when nothing it is made of has changed it does nothing.
"""

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import artefact
import verify
from artefact import PackagingError
from template import build as build_extras

CHALICE_FOLDER = Path(__file__).resolve().parent
ROOT = CHALICE_FOLDER.parent
BUILD = ROOT / ".local" / "build"
# Static files that API Gateway can answer as text: binary ones would need base64, which no page needs.
TEXT_FILES = {".css", ".html", ".js", ".json", ".map", ".mjs", ".svg", ".txt", ".webmanifest"}


def sources() -> list[Path]:
    """Everything the package is made of."""
    code = [path for path in artefact.files_below(ROOT / "chalicelib") if "__pycache__" not in path.parts]
    own = [path for path in sorted(CHALICE_FOLDER.iterdir()) if path.suffix in (".py", ".json")]
    return [ROOT / "app.py", ROOT / "requirements.txt", ROOT / "requirements-dev.txt", *code, *own]


def fingerprint(stage: str) -> str:
    """Hash of the stage, this Python and every source's name and bytes."""
    digest = hashlib.sha256(f"{stage} {sys.version}".encode())
    for path in sources():
        digest.update(f"\0{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def run_chalice(stage: str, out: Path) -> dict[str, object]:
    """The template Chalice makes of the app and the extras.

    Runs on a copy with an empty requirements.txt: the dependencies are packaged apart, and cached.
    """
    project = out / "project"
    shutil.rmtree(project, ignore_errors=True)
    (project / ".chalice").mkdir(parents=True)
    shutil.copy(ROOT / "app.py", project)
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "chalicelib", project / "chalicelib", ignore=ignore)
    for path in CHALICE_FOLDER.glob("*.json"):
        shutil.copy(path, project / ".chalice")
    (project / "requirements.txt").write_text("")
    extras = project / "extras.json"
    extras.write_text(json.dumps(build_extras()))
    command = [str(Path(sys.executable).parent / "chalice"), "--project-dir", str(project), "package"]
    command += ["--stage", stage, "--merge-template", str(extras), str(out / "chalice")]
    # Chalice derives service principals from the region; the two it needs are the same in every partition.
    environment = {**os.environ, "AWS_DEFAULT_REGION": "us-east-1"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=project, env=environment)
    if done.returncode != 0:
        raise PackagingError("chalice package failed:\n" + _words_of_chalice(done.stderr or done.stdout, project))
    template: dict[str, object] = json.loads((out / "chalice" / "sam.json").read_text())
    return template


def _words_of_chalice(text: str, project: Path) -> str:
    """What Chalice says at the end of its traceback, about our files and not about their copies."""
    return text.rpartition("RuntimeError: ")[2][-3000:].strip().replace(f"{project}/", "")


def write_code(out: Path, target: Path) -> None:
    """The zip of dependencies, Chalice's runtime and the app, compiled."""
    native = out.name == "local" and not artefact.host_is_lambda_like()
    base = artefact.dependencies(ROOT / "requirements.txt", BUILD, native)
    folder = out / "code"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.unpack_archive(out / "chalice" / "deployment.zip", folder)
    check_pages(folder / "chalicelib" / "static")
    artefact.compile_tree(folder)
    files = [(path, str(path.relative_to(folder))) for path in artefact.files_below(folder)]
    artefact.write_zip(target, files, base)
    artefact.check_size(target)


def check_pages(static: Path) -> None:
    """The pages must be there, and every file of them text; raises PackagingError."""
    missing = [name for name in ("index.html", "admin.html") if not (static / name).exists()]
    if missing:
        raise PackagingError(f"chalicelib/static has no {' and no '.join(missing)}: `make pages` builds them")
    binary = [path.name for path in artefact.files_below(static) if path.suffix not in TEXT_FILES]
    if binary:
        raise PackagingError(
            "chalicelib/static holds files API Gateway cannot answer as text; let the web build inline them: "
            + ", ".join(binary[:10])
        )


def package(stage: str) -> Path:
    """Make the package when something changed; returns its folder. Raises PackagingError."""
    out = BUILD / stage
    out.mkdir(parents=True, exist_ok=True)
    # Two packagings at once (a running stack and a test run) would write into each other's folders.
    with (BUILD / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _package_if_changed(stage, out)
    return out


def _package_if_changed(stage: str, out: Path) -> None:
    marker = out / "fingerprint"
    wanted = fingerprint(stage)
    if marker.exists() and marker.read_text() == wanted:
        return
    marker.unlink(missing_ok=True)
    template = run_chalice(stage, out)
    found = verify.problems(template, CHALICE_FOLDER)
    if found:
        raise PackagingError("the template is wrong:\n  " + "\n  ".join(found))
    code, partial = out / "code.zip", out / "code.part"
    write_code(out, partial)
    partial.rename(code)
    (out / "template.json").write_text(json.dumps(template, indent=1, sort_keys=True))
    (out / "code.sha256").write_text(hashlib.sha256(code.read_bytes()).hexdigest())
    for folder in ("project", "chalice", "code"):
        shutil.rmtree(out / folder)
    marker.write_text(wanted)


def main() -> int:
    """The command; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", default="local")
    stage = parser.parse_args().stage
    began = time.monotonic()
    try:
        out = package(stage)
    except PackagingError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    size = (out / "code.zip").stat().st_size / 1024 / 1024
    print(f"packaged {out.relative_to(ROOT)}: {size:.1f} MB ({time.monotonic() - began:.1f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
