# The binary, the peer's name for it, man pages, completion and the small archive. debian/ takes all of it from here.
include(GNUInstallDirs)
install(TARGETS sluice RUNTIME)
install(CODE "file(CREATE_LINK sluice \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}/britney\" SYMBOLIC)")
install(DIRECTORY ${CMAKE_SOURCE_DIR}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 FILES_MATCHING PATTERN "*.1")
install(FILES ${CMAKE_SOURCE_DIR}/completion/sluice DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/share/archive DESTINATION ${CMAKE_INSTALL_DATADIR}/sluice)
