"""The image of deploy/Dockerfile, built without a container engine."""

from pathlib import Path

import pytest

from tests.support.containers.image import Image, ImageBuilder
from tests.system.installation.container import open_to_others

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """Return the image. Its files take 100 MB, and its packages are downloaded."""
    folder = tmp_path_factory.mktemp("image")
    open_to_others(folder)
    return ImageBuilder(ROOT / "deploy" / "Dockerfile", ROOT, folder).build()
