"""`thrustcam web`: one page on this machine; the browser's camera, the same engine over a WebSocket."""
