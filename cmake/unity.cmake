# Several files of a target as one: most of a file's time goes into headers and templates that it shares
# with its neighbours. tests/lint/unity.py keeps their names apart, so any number of files fits.
if(SLUICE_UNITY)
  set(CMAKE_UNITY_BUILD ON)
  set(CMAKE_UNITY_BUILD_BATCH_SIZE 12)
  # As -Wno-restrict in flags.cmake: g++ 12 sees copies beyond the end of strings that it has moved, as soon
  # as it sees enough at once. Without SLUICE_UNITY it keeps both warnings.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds> $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>)
endif()
