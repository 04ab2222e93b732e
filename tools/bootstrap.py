"""Makes .venv hold exactly one of the locks: `python3 tools/bootstrap.py base|dev`.

It runs under whatever `python3` there is, before anything is installed. So its syntax is old
enough for any Python to read it, and a Python that is too old gets a sentence, not a SyntaxError.
"""

# The newer spellings these rules ask for are what an old Python cannot read.
# ruff: noqa: ANN001, ANN201, PTH100, PTH107, PTH118, PTH120, PTH123, UP024, UP030, UP032

import collections
import fcntl
import hashlib
import os
import re
import signal
import subprocess
import sys

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "installed-lock")
LOCKS = {"base": ["base"], "dev": ["base", "dev"]}
ON_TERMINAL = sys.stdout.isatty()


def main(arguments):
    # type: (list[str]) -> None
    if len(arguments) != 1 or arguments[0] not in LOCKS:
        sys.exit("usage: python3 tools/bootstrap.py base|dev")
    refuse_old_python()
    wanted = arguments[0]
    if not is_installed(wanted):
        with open(__file__) as this_file:
            take_turns(this_file.fileno())
            if not is_installed(wanted):
                install(wanted)


def refuse_old_python():
    # type: () -> None
    if sys.version_info < OLDEST:
        message = (
            "shop needs Python {0}.{1} or newer, and this is Python {2}.{3}.{4} ({5}). "
            "Install a newer one, or say which: make run PYTHON=python3.12"
        )
        sys.exit(message.format(*(OLDEST + tuple(sys.version_info[:3]) + (sys.executable,))))


def is_installed(wanted):
    # type: (str) -> bool
    """dev.txt contains everything of base.txt, so whoever has dev has base."""
    return stamp() in (contents(wanted), contents("dev")) and venv_works()


def stamp():
    # type: () -> str | None
    """What the last complete installation was of; none means .venv is absent or half made."""
    try:
        with open(STAMP) as file:
            return file.read()
    except IOError:
        return None


def contents(wanted):
    # type: (str) -> str
    digest = hashlib.sha256()
    for name in LOCKS[wanted]:
        with open(lock(name), "rb") as file:
            digest.update(file.read())
    return "{0} {1}\n".format(wanted, digest.hexdigest())


def lock(name):
    # type: (str) -> str
    return os.path.join(ROOT, "requirements", name + ".txt")


def venv_works():
    # type: () -> bool
    """Its interpreter is a link, which an upgrade of Python may have broken."""
    check = "import sys; sys.exit(sys.version_info < {0!r})".format(OLDEST)
    try:
        return subprocess.call([PYTHON, "-I", "-S", "-c", check]) == 0
    except OSError:
        return False


def take_turns(descriptor):
    # type: (int) -> None
    """Let `make run` and `make test` in two terminals share one .venv from the first minute."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (IOError, OSError):
        say("Waiting for another run that is setting up .venv")
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def install(wanted):
    # type: (str) -> None
    if stamp() is None or not venv_works():
        create_venv()
    else:
        os.remove(STAMP)
    run_pip(lock(wanted))
    with open(STAMP, "w") as file:
        file.write(contents(wanted))


def create_venv():
    # type: () -> None
    require_venv_modules()
    say("Creating .venv with Python {0}.{1}.{2}".format(*sys.version_info[:3]))
    if subprocess.call([sys.executable, "-m", "venv", "--clear", "--prompt", "shop", VENV]) != 0:
        sys.exit("Python could not create .venv; its own words are above.")


def require_venv_modules():
    # type: () -> None
    """Debian and Ubuntu package them apart from Python itself."""
    try:
        import ensurepip  # noqa: F401, PLC0415
        import venv  # noqa: F401, PLC0415
    except ImportError:
        message = (
            "{0} cannot create virtual environments: apt install python{1}.{2}-venv "
            "(Debian, Ubuntu), or say which Python can: make run PYTHON=python3.12"
        )
        sys.exit(message.format(sys.executable, *sys.version_info[:2]))


def run_pip(lock_file):
    # type: (str) -> None
    say("Installing {0} (once; about a minute)".format(os.path.relpath(lock_file, ROOT)))
    command = [PYTHON, "-m", "pip", "--no-input", "--disable-pip-version-check", "install"]
    command += ["--progress-bar", "off", "--require-hashes", "--no-deps", "-r", lock_file]
    pip = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
    )
    try:
        last_lines = follow(pip.stdout or [], count_pins(lock_file))
        code = pip.wait()
    finally:
        stop(pip)
    if code != 0:
        sys.exit("".join(last_lines) + "pip could not install the packages; its words are above.")


def follow(lines, total):
    # type: (collections.abc.Iterable[str], int) -> collections.deque[str]
    """Count packages as pip reports them; keep its last lines in case it fails."""
    last_lines = collections.deque(maxlen=15)  # type: collections.deque[str]
    done = 0
    for line in lines:
        if line.startswith("Ignoring "):
            total -= 1
        found = re.match(r"(?:Collecting|Requirement already satisfied:) ([\w.-]+)", line)
        if found:
            done += 1
            show_progress("[{0}/{1}] {2}".format(done, total, found.group(1)), done)
        else:
            last_lines.append(line)
        if line.startswith("Installing collected packages"):
            show_progress("[{0}/{1}] downloaded; unpacking".format(done, total), 0)
    if ON_TERMINAL:
        show_progress("", 0)
    return last_lines


def show_progress(text, done):
    # type: (str, int) -> None
    if ON_TERMINAL:
        sys.stdout.write("\r\033[K" + text)
        sys.stdout.flush()
    elif done % 20 == 0:
        say(text)


def count_pins(lock_file):
    # type: (str) -> int
    with open(lock_file) as file:
        return sum(1 for line in file if re.match(r"[\w.-]+(\[.*\])?==", line))


def stop(process):
    # type: (subprocess.Popen[str]) -> None
    """An interrupted run must not leave a pip behind that writes into the next run's .venv."""
    if process.poll() is None:
        process.terminate()
        process.wait()


def say(text):
    # type: (str) -> None
    print(text)
    sys.stdout.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit("\nInterrupted; the next run starts .venv afresh.")
