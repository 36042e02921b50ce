"""Poses → motion: how the body moved, in the angles and signs of the contract."""
