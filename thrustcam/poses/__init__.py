"""Frames → poses: where the lifter's landmarks are in each picture."""
