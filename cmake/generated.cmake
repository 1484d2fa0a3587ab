# SPDX-License-Identifier: MIT
# Sources made at build time into the build tree, never committed.
#
# generated(output DEPENDS inputs... COMMAND command...): adds one generated .c or .S file.

function(generated output)
    cmake_parse_arguments(arg "" "COMMENT" "DEPENDS;COMMAND" ${ARGN})
    set(path "${CMAKE_BINARY_DIR}/generated/${output}")
    add_custom_command(OUTPUT "${path}" COMMAND ${arg_COMMAND} DEPENDS ${arg_DEPENDS}
        COMMENT "${arg_COMMENT}" VERBATIM)
    set_property(GLOBAL APPEND PROPERTY GENERATED "${path}")
endfunction()

function(generated_sources)
    file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/generated")
    get_property(sources GLOBAL PROPERTY GENERATED)
    if(NOT sources)
        return()
    endif()
    add_library(generated OBJECT ${sources})
    target_link_libraries(generated PRIVATE flags)
endfunction()
