print("not written")
