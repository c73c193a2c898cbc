# Warnings and language flags that every target shares.
add_library(sluice_flags INTERFACE)
target_include_directories(sluice_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_definitions(sluice_flags INTERFACE _FILE_OFFSET_BITS=64 SLUICE_VERSION="${PROJECT_VERSION}")
target_compile_options(sluice_flags INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wnon-virtual-dtor -Werror)
# g++ 12 sees overlapping copies in std::string's operator+ (GCC bug 105651): never true, always fatal.
target_compile_options(sluice_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
