# SPDX-License-Identifier: MIT
# Sources made at build time into the build tree, never committed.
#
#   generated(OUTPUT a.c [b.S] COMMAND tool args... [COMMAND ...] DEPENDS inputs...
#             COMMENT text)
#
# declares them; outputs are relative to ${GENERATED}. generated_sources() compiles all of them.

set(GENERATED "${CMAKE_BINARY_DIR}/generated")
file(MAKE_DIRECTORY "${GENERATED}")

function(generated)
    set(outputs "")
    set(rest "")
    foreach(word IN LISTS ARGN)
        if(word MATCHES "^(OUTPUT|COMMAND|DEPENDS|COMMENT)$")
            set(part "${word}")
        endif()
        if(part STREQUAL "OUTPUT" AND NOT word STREQUAL "OUTPUT")
            list(APPEND outputs "${GENERATED}/${word}")
        elseif(NOT word STREQUAL "OUTPUT")
            list(APPEND rest "${word}")
        endif()
    endforeach()
    add_custom_command(OUTPUT ${outputs} ${rest}
        WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}" VERBATIM)
    set_property(GLOBAL APPEND PROPERTY GENERATED_SOURCES ${outputs})
endfunction()

# The C files get the tree's flags; assembler files must not (they would include C headers).
function(generated_sources)
    get_property(sources GLOBAL PROPERTY GENERATED_SOURCES)
    set(c_sources ${sources})
    list(FILTER c_sources INCLUDE REGEX "\\.c$")
    set(asm_sources ${sources})
    list(FILTER asm_sources INCLUDE REGEX "\\.S$")
    if(c_sources)
        add_library(generated OBJECT ${c_sources})
        target_link_libraries(generated PRIVATE flags)
        set_property(GLOBAL APPEND PROPERTY ROOMS generated)
    endif()
    if(asm_sources)
        add_library(generated_asm OBJECT ${asm_sources})
        if(HARDEN AND CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|amd64|AMD64")
            target_compile_options(generated_asm PRIVATE -fcf-protection=full)
        endif()
        set_property(GLOBAL APPEND PROPERTY ROOMS generated_asm)
    endif()
endfunction()

# ---- The web page: assets_table[] of src/http/assets.h ------------------------------------------
if(WITH_UI)
    find_program(NPM npm REQUIRED)
    find_program(NODE node REQUIRED)
    set(web "${CMAKE_SOURCE_DIR}/web")
    file(GLOB_RECURSE web_sources CONFIGURE_DEPENDS "${web}/src/*" "${web}/build/*")
    add_custom_command(OUTPUT "${CMAKE_BINARY_DIR}/web/modules.stamp"
        COMMAND "${NPM}" ci --omit=dev --no-progress --loglevel=error
        COMMAND "${CMAKE_COMMAND}" -E touch "${CMAKE_BINARY_DIR}/web/modules.stamp"
        DEPENDS "${web}/package-lock.json" "${web}/.npmrc"
        WORKING_DIRECTORY "${web}" COMMENT "Installing the web build's packages" VERBATIM)
    set(dist "${CMAKE_BINARY_DIR}/web/dist")
    add_custom_command(OUTPUT "${dist}/index.html"
        COMMAND "${NPM}" run --silent build -- --outDir "${dist}" --emptyOutDir --logLevel warn
        DEPENDS "${CMAKE_BINARY_DIR}/web/modules.stamp" ${web_sources} "${web}/index.html"
            "${web}/vite.config.ts" "${web}/tsconfig.json" "${web}/package.json"
        WORKING_DIRECTORY "${web}" COMMENT "Building the web page" VERBATIM)
    generated(OUTPUT assets.c assets.S
        COMMAND "${NODE}" tools/embed.mjs "${dist}" "${GENERATED}/assets.c" "${GENERATED}/assets.S"
        DEPENDS "${dist}/index.html" tools/embed.mjs
        COMMENT "Embedding the web page")
else()
    generated(OUTPUT assets.c
        COMMAND "${CMAKE_COMMAND}" "-DINPUT=web/fallback.html" "-DOUTPUT=${GENERATED}/assets.c"
            -P cmake/embed_fallback.cmake
        DEPENDS web/fallback.html cmake/embed_fallback.cmake
        COMMENT "Embedding the page that says there are no web pages")
endif()
