"""What every drawing lies on: its ink is dark, and a screen may be so too."""

PAPER = '<rect width="100%" height="100%" rx="2" fill="#ffffff"/>'
