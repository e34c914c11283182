"""The Lambda package: third-party code for Lambda's platform, compiled once, plus the app, as a deterministic zip."""

import compileall
import hashlib
import platform
import py_compile
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

# The AWS services the functions call; botocore brings the descriptions of four hundred.
SERVICES = ("dynamodb", "sqs", "ssm", "s3", "sts")
# What compiles C declarations (cryptography needs the compiled module `_cffi_backend` only), and pydantic for types of its
# first version, of which there are none.
UNUSED = ("cffi", "pycparser", "pydantic/v1")
MAX_ZIP_BYTES = 15 * 1024 * 1024
# Zip entries carry a date; any fixed one makes the same files the same bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)
# glibc of Amazon Linux 2 (Python 3.11) accepts nothing newer; Amazon Linux 2023 accepts it too.
LAMBDA_PLATFORM = "manylinux2014_x86_64"


class PackagingError(Exception):
    """The package cannot be made; the message says what to do."""


def python_minor() -> str:
    """``3.11``: the Lambda runtime is the Python that packages, since compiled files fit one minor only."""
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def host_is_lambda_like() -> bool:
    """Whether Lambda's binary packages run here, so that the embedded cloud runs the very package that is deployed."""
    return sys.platform == "linux" and platform.machine() == "x86_64"


def dependencies(requirements: Path, home: Path, native: bool) -> Path:
    """Zip of the third-party code, made when pins or Python changed; ``native`` takes this machine's binaries."""
    key = hashlib.sha256(requirements.read_bytes() + Path(__file__).read_bytes())
    key.update(f"{python_minor()} {native}".encode())
    target = home / f"dependencies-{key.hexdigest()[:16]}.zip"
    if not target.exists():
        for old in home.glob("dependencies-*.zip"):
            old.unlink()
        folder = home / "site"
        shutil.rmtree(folder, ignore_errors=True)
        _install(requirements, folder, native)
        _drop_unused(folder)
        compile_tree(folder, sources=False)
        partial = target.with_suffix(".part")
        write_zip(partial, [(path, str(path.relative_to(folder))) for path in files_below(folder)])
        partial.rename(target)
        shutil.rmtree(folder)
    return target


def _install(requirements: Path, folder: Path, native: bool) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps"]
    command += ["--no-compile", "--only-binary=:all:", "--target", str(folder), "-r", str(requirements)]
    if not native:
        command += ["--platform", LAMBDA_PLATFORM, "--implementation", "cp", "--python-version", python_minor()]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise PackagingError("pip could not fetch the Lambda's dependencies:\n" + done.stderr[-2000:])


def _drop_unused(folder: Path) -> None:
    """Leave out what no function reads: other services' descriptions, examples, command line tools, tests, what only
    installers and type checkers read, certificates that certifi has, time zones that Lambda's system has, and the parts of
    :data:`UNUSED`."""
    data = folder / "botocore" / "data"
    for entry in list(data.iterdir()):
        if entry.is_dir() and entry.name not in SERVICES:
            shutil.rmtree(entry)
    for example in data.rglob("examples-1.json*"):
        example.unlink()
    for part in ("bin", *UNUSED):
        shutil.rmtree(folder / part, ignore_errors=True)
    for pattern in (
        "*.dist-info/RECORD",
        "**/*.pyi",
        "pydantic/mypy.py",
        "botocore/cacert.pem",
        "dateutil/zoneinfo/*.tar.gz",
    ):
        for unread in folder.glob(pattern):
            unread.unlink()
    for tests in [path for path in folder.rglob("tests") if path.is_dir()]:
        shutil.rmtree(tests)


def compile_tree(folder: Path, *, sources: bool = True) -> None:
    """Compile for import without a look at the source: Lambda's file system is read-only and starts are what we pay.

    Without ``sources`` only what is compiled stays: a traceback names file and line of other people's code, too, and one
    reads it where it is published.
    """
    done = compileall.compile_dir(
        folder,
        quiet=1,
        stripdir=str(folder),
        legacy=not sources,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    if not done:
        raise PackagingError(f"a file below {folder} does not compile (see above)")
    if not sources:
        for source in folder.rglob("*.py"):
            source.unlink()


def files_below(folder: Path) -> Iterator[Path]:
    """Every file below a folder, in an order that is the same everywhere."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def write_zip(target: Path, files: Iterable[tuple[Path, str]], base: Path | None = None) -> None:
    """Write files under their names, after the entries of ``base`` if given; same input, same bytes."""
    if base is not None:
        shutil.copyfile(base, target)
    with zipfile.ZipFile(target, "w" if base is None else "a") as archive:
        for path, name in files:
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes(), compresslevel=9)


def check_size(archive: Path) -> None:
    """Hold the budget of design 9; raises PackagingError with the largest folders when it is broken."""
    if archive.stat().st_size <= MAX_ZIP_BYTES:
        return
    sizes: dict[str, int] = {}
    with zipfile.ZipFile(archive) as opened:
        for entry in opened.infolist():
            top = entry.filename.split("/")[0]
            sizes[top] = sizes.get(top, 0) + entry.compress_size
    largest = ", ".join(f"{name} {size // 1024} kB" for name, size in sorted(sizes.items(), key=lambda x: -x[1])[:8])
    raise PackagingError(f"the Lambda package is {archive.stat().st_size} bytes, more than {MAX_ZIP_BYTES}: {largest}")
