"""The command line. ``parser`` declares the commands; module and function of a command have the command's name."""
