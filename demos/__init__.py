"""Short programs that each assert their own result and leave a picture: `python -m demos`."""
