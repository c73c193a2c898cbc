// CMake needs one source file to own the precompiled header; cmake/flags.cmake lists what is in it.
