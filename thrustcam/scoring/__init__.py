"""Many clips at once: one task a clip, scored in a process of its own; results, gates, reports.

clips → tasks → outcomes → gates → reports. Each task goes through `thrustcam.engine`, so a clip gets the same
verdicts as from `thrustcam analyze`.
"""
