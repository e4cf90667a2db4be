"""The image of deploy/Dockerfile, built without a container engine."""

from pathlib import Path

import pytest

from tests.support.containers.image import Image, ImageBuilder

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """Return the image. Its files take 100 MB, and its packages are downloaded."""
    folder = tmp_path_factory.mktemp("image")
    for parent in list(folder.parents)[:3]:  # another user runs programs in it
        parent.chmod(0o711)
    folder.chmod(0o711)
    return ImageBuilder(ROOT / "deploy" / "Dockerfile", ROOT, folder).build()
