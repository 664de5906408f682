"""Black-box: what people who must not get something try, over the whole portal."""
