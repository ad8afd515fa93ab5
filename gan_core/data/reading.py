"""Read and decode one picture file, or say what kind of trouble it has; used for loading, checks and batches alike."""

from __future__ import annotations

from gan_core.data.files import PictureFile, UnusableError
from gan_core.data.left_out import DAMAGED, LOCKED
from gan_core.errors import InputError
from gan_core.images import Picture, decode, sniff


def read_picture(
    file: PictureFile, smallest_side: int | None = None, *, earlier: bool = False
) -> tuple[bytes, Picture]:
    """The bytes and the decoded picture of a file.

    Args:
        file: In a folder or zip.
        smallest_side: As in `gan_core.images.decode`.
        earlier: Read as version 1 did, without HEIC and without colour profiles.

    Raises:
        UnusableError: where there is no usable picture; it holds the kind for `LeftOut`.
    """
    try:
        data = file.read()
        if earlier and sniff(data[:64]) == "HEIF":
            raise UnusableError(DAMAGED, f"{file.path} was not read by earlier versions.")
        picture = decode(data, name=str(file.path), smallest_side=smallest_side, convert_colours=not earlier)
        return data, picture
    except UnusableError:
        raise
    except InputError as error:
        raise UnusableError(DAMAGED, str(error)) from error
    except OSError as error:
        raise UnusableError(LOCKED, f"{file.path} cannot be read ({error.strerror}).") from error
