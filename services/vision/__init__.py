"""Is a product as it should look? Images in, a verdict with its reasons and doubts out."""
