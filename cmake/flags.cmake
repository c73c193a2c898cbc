# Warnings and language flags that every target shares.
include(CheckCXXCompilerFlag)

add_library(sluice_flags INTERFACE)
target_include_directories(sluice_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_definitions(sluice_flags INTERFACE _FILE_OFFSET_BITS=64 SLUICE_VERSION="${PROJECT_VERSION}")
target_compile_options(sluice_flags INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wnon-virtual-dtor -Werror)
# g++ 12 with optimisation sees overlapping copies in std::string's operator+ (GCC bug 105651) and
# uninitialized reads in moved std::variant and std::optional (GCC bug 105562): never true, always fatal.
target_compile_options(sluice_flags INTERFACE
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-maybe-uninitialized>)

# libstdc++ 12's own stable_sort uses a function that it marks as deprecated; clang tells it when the
# header comes out of a precompiled one.
target_compile_options(sluice_flags INTERFACE
  $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)

if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  target_compile_definitions(sluice_flags INTERFACE _GLIBCXX_ASSERTIONS)
endif()

if(SLUICE_SANITIZE)
  add_compile_options(-fsanitize=${SLUICE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SLUICE_SANITIZE})
  if(SLUICE_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Boost.Asio has fences, which ThreadSanitizer does not understand: known, and no error of ours.
    add_compile_options(-Wno-tsan)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # A quarter of the time to compile goes into these; AddressSanitizer sees most of what they see,
    # and the preset `asan` (g++) has them.
    add_compile_options(-fno-sanitize=null,alignment,object-size,vptr,function)
  endif()
endif()

if(SLUICE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)  # coverage for libFuzzer, no main of its own
endif()

if(SLUICE_HARDEN)  # position-independent executables are Debian's default
  add_compile_options(-fstack-protector-strong -Wformat -Werror=format-security)
  add_compile_definitions(_FORTIFY_SOURCE=2 _GLIBCXX_ASSERTIONS)
  add_link_options(-Wl,-z,relro -Wl,-z,now)
  foreach(flag stack-clash-protection cf-protection)  # not on every architecture
    check_cxx_compiler_flag(-f${flag} SLUICE_HAS_${flag})
    if(SLUICE_HAS_${flag})
      add_compile_options(-f${flag})
    endif()
  endforeach()
endif()

# The headers that nearly every file reads. The presets clang (clang-tidy's) and release build without
# them, so that a file that forgets an include is found out.
function(sluice_pch name)
  add_library(${name} OBJECT ${CMAKE_SOURCE_DIR}/cmake/pch.cc)
  target_precompile_headers(${name} PRIVATE
    <algorithm> <array> <chrono> <cstdint> <expected> <functional> <map> <memory> <optional> <set>
    <span> <string> <string_view> <unordered_map> <utility> <variant> <vector>)
  target_link_libraries(${name} PRIVATE sluice_flags)
  target_compile_options(${name} PRIVATE ${ARGN})
endfunction()

if(SLUICE_PCH)
  sluice_pch(sluice_pch)
  sluice_pch(sluice_test_pch ${SLUICE_TEST_OPTIONS})  # a compiler refuses one of other options
endif()

function(sluice_use_pch target)
  if(SLUICE_PCH)
    target_precompile_headers(${target} REUSE_FROM sluice_pch)
  endif()
endfunction()

# For programs and helpers of the tests: SLUICE_TEST_OPTIONS come after all others.
function(sluice_test_flags target)
  target_compile_options(${target} PRIVATE ${SLUICE_TEST_OPTIONS})
  if(SLUICE_PCH)
    target_precompile_headers(${target} REUSE_FROM sluice_test_pch)
  endif()
endfunction()
