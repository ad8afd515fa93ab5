"""The tests. The package comes first, before torch: it says how torch's threads wait."""

import gan_core  # noqa: F401
