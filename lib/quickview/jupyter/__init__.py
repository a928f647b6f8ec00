"""What the kit adds to JupyterLab and its server."""
