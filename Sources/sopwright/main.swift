print("sopwright")
