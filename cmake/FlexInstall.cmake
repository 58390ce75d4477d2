# What `cmake --install` puts down: a tree that works from anywhere, with a package for find_package(Flex).
include(CMakePackageConfigHelpers)

install(TARGETS flexrt_abi EXPORT FlexTargets)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/runtime/flexrt/abi DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/flexrt
        FILES_MATCHING PATTERN "*.h" PATTERN "*.def")
if(FLEX_BUILD_COMPILER)
  install(TARGETS FlexCompiler EXPORT FlexTargets)
  install(TARGETS flexc flex-opt)
  install(DIRECTORY ${CMAKE_SOURCE_DIR}/compiler/flex ${CMAKE_BINARY_DIR}/compiler/flex
          DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h" PATTERN "*.td" PATTERN "*.h.inc"
          PATTERN CMakeFiles EXCLUDE)
  install(DIRECTORY ${CMAKE_SOURCE_DIR}/examples DESTINATION ${CMAKE_INSTALL_DATADIR}/flex)
endif()
install(EXPORT FlexTargets NAMESPACE Flex:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Flex)
configure_package_config_file(${CMAKE_SOURCE_DIR}/cmake/FlexConfig.cmake.in ${CMAKE_BINARY_DIR}/FlexConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Flex)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/FlexConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/FlexConfig.cmake ${CMAKE_BINARY_DIR}/FlexConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Flex)
