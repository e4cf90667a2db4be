"""An image that is built from a Dockerfile without a container engine: every stage is a folder."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.containers.dockerfile import Instruction, Stage, read_stages
from tests.support.containers.root_folder import PATH, RootFolder

_SKIPPED = shutil.ignore_patterns("__pycache__")


@dataclass(frozen=True)
class Image:
    """The files and the declarations of the last stage."""

    root: Path
    environment: Mapping[str, str]
    folder: str
    stage: Stage

    @property
    def user(self) -> str:
        return str(self.stage.last("USER").text)

    @property
    def stop_signal(self) -> str:
        return str(self.stage.last("STOPSIGNAL").text)

    @property
    def volume(self) -> str:
        return str(self.stage.last("VOLUME").text)

    @property
    def entry_point(self) -> list[str]:
        return list(self.stage.last("ENTRYPOINT").arguments)

    @property
    def command(self) -> list[str]:
        return list(self.stage.last("CMD").arguments)

    @property
    def health_check(self) -> list[str]:
        """The command that exits with 0 if the container is healthy."""
        check: Instruction = self.stage.last("HEALTHCHECK")
        return Instruction("CMD", {}, check.text.removeprefix("CMD").strip()).arguments


class ImageBuilder:
    """Builds an image in ``folder`` with the instructions of a Dockerfile, on the files of ``context``."""

    def __init__(self, dockerfile: Path, context: Path, folder: Path) -> None:
        self._stages = read_stages(dockerfile)
        self._context = context
        self._folder = folder

    def build(self) -> Image:
        """Execute all stages, and return the image."""
        return [self._build_stage(stage) for stage in self._stages][-1]

    def _build_stage(self, stage: Stage) -> Image:
        root = RootFolder(self._folder / (stage.name or "final"))
        root.folder.mkdir()
        environment, folder = {"PATH": PATH}, "/"
        for instruction in stage.instructions:
            match instruction.name:
                case "RUN":
                    root.run(instruction.text, environment, folder)
                case "COPY":
                    self._copy(instruction, root, folder)
                case "ENV":
                    for name, _, value in (word.partition("=") for word in instruction.words):
                        environment[name] = value.replace("$PATH", environment["PATH"])
                case "WORKDIR":
                    folder = instruction.text
                    root.path(folder).mkdir(parents=True, exist_ok=True)
        return Image(root.folder, environment, folder, stage)

    def _copy(self, instruction: Instruction, root: RootFolder, folder: str) -> None:
        *sources, destination = instruction.words
        stage = instruction.options.get("from")
        source_root = self._folder / stage if stage else self._context
        target = root.path(os.path.join(folder, destination))
        for source in sources:
            path = source_root / source.lstrip("/")
            if path.is_dir():
                shutil.copytree(path, target, symlinks=True, ignore=_SKIPPED, dirs_exist_ok=True)
            else:
                target.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, target)
        if "chown" in instruction.options:
            user, _, group = instruction.options["chown"].partition(":")
            for path in (target, *target.rglob("*")):
                os.chown(path, int(user), int(group))
