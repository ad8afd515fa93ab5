"""One core inside, the usual number after."""

import pytest
import torch

from gan_core.ui import threads


def test_one_core_inside_and_the_usual_number_after_even_after_a_failure() -> None:
    torch.set_num_threads(2)
    threads._usual.cache_clear()
    with threads.one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 2
    with pytest.raises(ValueError, match="broken"), threads.one_thread():
        raise ValueError("broken")
    assert torch.get_num_threads() == 2
    threads._usual.cache_clear()
