"""Coaching while it happens: `Coach` turns poses into events; camera, window and voice are its skins."""
