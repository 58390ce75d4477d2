# Imported target `flex_torch` for a libtorch that is named by FLEX_TORCH (a folder with include/ and lib/), or found
# in the project's virtual environment. `find_package(Torch)` is not used: it fails on the public CUDA wheels where no
# CUDA toolkit is installed (docs/rationale/dependencies.md).
set(FLEX_TORCH "" CACHE PATH "folder of a libtorch (with include/ and lib/); empty: the project's virtual environment")
if(FLEX_TORCH)
  set(flex_torch_dir ${FLEX_TORCH})
else()
  file(GLOB flex_torch_dir ${CMAKE_SOURCE_DIR}/.venv/lib/python3*/site-packages/torch)
endif()
if(NOT flex_torch_dir OR NOT EXISTS ${flex_torch_dir}/include/torch)
  message(FATAL_ERROR "no libtorch in '${flex_torch_dir}': run tools/setup, or name one with -DFLEX_TORCH=<folder>")
endif()
add_library(flex_torch INTERFACE)
target_include_directories(flex_torch SYSTEM INTERFACE
  ${flex_torch_dir}/include ${flex_torch_dir}/include/torch/csrc/api/include)
target_link_directories(flex_torch INTERFACE ${flex_torch_dir}/lib)
target_link_libraries(flex_torch INTERFACE torch torch_cpu c10)
target_link_options(flex_torch INTERFACE -Wl,-rpath,${flex_torch_dir}/lib)
message(STATUS "libtorch: ${flex_torch_dir}")
