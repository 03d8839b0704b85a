"""What `packaging/run.py` is made of. Standard library only.

commands     what the person asked for
environment  `.venv`, made from the lock files
needs        what Qt and the tests want from the system, and how distributions call it
native       finds what is missing, and gets it: package manager, private copies, or words
debian       private copies of Debian packages, without any rights
display      whether there is a screen; a virtual one for the tests
console      progress lines, and commands that say why they failed
"""
