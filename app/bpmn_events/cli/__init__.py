"""The command line. Each command is the function of its name in the module of its name; ``parser`` declares them."""
