#!/usr/bin/env python3
"""Build llama-bench and llama-server for `make bench-model`, from the llama.cpp that codey itself links.

    python3 engine/benches/peers.py target/peers

The crate llama-cpp-sys-2 has llama.cpp's library but not its programs; their sources come with the source archive of
llama-cpp-python, which pip fetches and which is of nearly the same day. Needs cmake and a C++ compiler.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHON_PACKAGE = "llama-cpp-python==0.3.36"
PROGRAMS = ["llama-bench", "llama-server"]
LIBRARY = ["ggml", "include", "src"]  # what codey links; the rest is of the archive
SWITCHES = [
    "-DCMAKE_BUILD_TYPE=Release",
    "-DGGML_NATIVE=ON",
    *(f"-DLLAMA_BUILD_{part}=OFF" for part in ("APP", "TESTS", "EXAMPLES", "UI")),
    "-DLLAMA_OPENSSL=OFF",
    "-DLLAMA_USE_PREBUILT_UI=OFF",
]


def linked_sources():
    """The folder of llama.cpp inside the crate that Cargo.lock names."""
    command = ["cargo", "metadata", "--format-version", "1", "--locked"]
    packages = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)["packages"]
    manifest = next(one["manifest_path"] for one in packages if one["name"] == "llama-cpp-sys-2")
    return Path(manifest).parent / "llama.cpp"


def programs(folder):
    """The llama.cpp of the archive that pip fetches."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", "llama-cpp-python", PYTHON_PACKAGE]
    subprocess.run([*command, "--dest", str(folder)], check=True)
    archive = next(folder.glob("llama_cpp_python-*.tar.gz"))
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    return next(folder.glob("llama_cpp_python-*/vendor/llama.cpp"))


def joined(build):
    """Library and programs as one source folder."""
    sources = build / "llama.cpp"
    shutil.rmtree(sources, ignore_errors=True)
    fetched = build / "fetched"
    fetched.mkdir(exist_ok=True)
    shutil.copytree(programs(fetched), sources)
    linked = linked_sources()
    for name in LIBRARY:
        shutil.rmtree(sources / name)
        shutil.copytree(linked / name, sources / name)
    # CMake reads every folder of tools; those without sources get an empty list.
    for name in re.findall(r"add_subdirectory\(([\w-]+)\)", (sources / "tools/CMakeLists.txt").read_text()):
        (sources / "tools" / name).mkdir(exist_ok=True)
        (sources / "tools" / name / "CMakeLists.txt").touch()
    return sources


def forget_other_sources(build):
    """Removes what CMake kept from a build of other sources, or in another place: it goes on with neither."""
    cache = build / "CMakeCache.txt"
    if cache.exists() and f"CMAKE_HOME_DIRECTORY:INTERNAL={build / 'llama.cpp'}\n" not in cache.read_text():
        cache.unlink()
        shutil.rmtree(build / "CMakeFiles", ignore_errors=True)


def main():
    build = Path(sys.argv[1]).resolve()
    if all((build / "bin" / name).exists() for name in PROGRAMS):
        return
    build.mkdir(parents=True, exist_ok=True)
    forget_other_sources(build)
    subprocess.run(["cmake", "-S", str(joined(build)), "-B", str(build), *SWITCHES], check=True)
    for name in PROGRAMS:
        # One without the other is still a peer; model.py names what is missing.
        if subprocess.run(["cmake", "--build", str(build), "--parallel", str(os.cpu_count()), "--target", name]).returncode:
            print(f"peers.py: {name} could not be built", file=sys.stderr)


if __name__ == "__main__":
    main()
