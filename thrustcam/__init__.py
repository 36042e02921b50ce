"""thrustcam: a form checker for the hip thrust.

Data flows one way: frames → poses → motion → reps → findings → feedback.
"""

__version__ = "0.1.0"
