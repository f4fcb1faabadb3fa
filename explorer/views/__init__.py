"""One folder for each web component: what it is sent, and the function that mounts it."""
