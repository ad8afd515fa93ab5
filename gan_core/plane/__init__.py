"""The Lab: a GAN of points in the plane, trained while somebody looks, by the code that trains everything else.

`settings` says what is trained, `training` trains it, `history` lets one go back, `view` and `slow_motion` describe what is
to be seen, `choices` lists what can be chosen, `worker` is the process of one visitor and `visitors` hands them out.
"""
