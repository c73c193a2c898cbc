# Faster builds for people who have the tools; packages and releases do without them.
if(SLUICE_DEV_TOOLS)
  find_program(SLUICE_CCACHE ccache)
  find_program(SLUICE_MOLD mold)
  mark_as_advanced(SLUICE_CCACHE SLUICE_MOLD)
  if(SLUICE_CCACHE)
    # Without this sloppiness ccache refuses every file that uses a precompiled header.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros ${SLUICE_CCACHE})
  endif()
  if(SLUICE_MOLD)
    add_link_options(-fuse-ld=mold)
  endif()
endif()
