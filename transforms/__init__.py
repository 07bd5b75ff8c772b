"""What thinks: values, and pure functions over them. Nothing here touches a file, a clock or the network."""
