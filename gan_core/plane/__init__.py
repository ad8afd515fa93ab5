"""The Lab: a GAN of points in the plane, trained while it is shown, by the code that trains everything else.

`settings` says what is trained, `training` trains it, `history` goes back to earlier steps, `view` and `slow_motion`
compute what is drawn, `choices` lists what can be chosen, `worker` is the process of one visitor and `worker_pool`
starts and ends them.
"""
