"""The house look: colours, type and the style sheet that notebook and report share."""
