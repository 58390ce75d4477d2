# Flags that every target of the project shares.
add_library(flex_flags INTERFACE)
target_compile_options(flex_flags INTERFACE -Wall -Wextra -Wno-unused-parameter -fno-char8_t)
target_link_options(flex_flags INTERFACE -fuse-ld=lld)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Lets ccache share precompiled headers between build trees.
  target_compile_options(flex_flags INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
endif()

find_program(FLEX_CCACHE ccache)
if(FLEX_CCACHE)
  set(flex_ccache ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${FLEX_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${flex_ccache})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${flex_ccache})
endif()

if(FLEX_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize=vptr)
  add_link_options(-fsanitize=address,undefined)
endif()
