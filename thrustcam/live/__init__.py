"""Coaching while it happens: `Coach` turns poses into events; camera, window and voice are skins around it."""
