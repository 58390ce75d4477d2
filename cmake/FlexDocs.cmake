# Target `flex-docs`: writes docs/dialect.md and docs/passes.md anew from the .td files. They are part of the source;
# test/docs/generated.test fails where they are out of date.
if(TARGET ${MLIR_TABLEGEN_EXE})
  get_target_property(flex_docs_tblgen ${MLIR_TABLEGEN_EXE} LOCATION)
else()
  set(flex_docs_tblgen ${MLIR_TABLEGEN_EXE})
endif()
list(JOIN MLIR_INCLUDE_DIRS " -I" flex_docs_include)
configure_file(${CMAKE_CURRENT_LIST_DIR}/GenerateDocs.cmake.in ${CMAKE_BINARY_DIR}/generate-docs.cmake @ONLY)
add_custom_target(flex-docs COMMAND ${CMAKE_COMMAND} -P ${CMAKE_BINARY_DIR}/generate-docs.cmake)
