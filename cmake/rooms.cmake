# SPDX-License-Identifier: MIT
# room(name DEPS rooms...): one OBJECT library from src/<name>/*.c. A room without sources is left
# out, so that the list in CMakeLists.txt can be the plan of the whole tree.

function(room name)
    cmake_parse_arguments(arg "" "" "DEPS" ${ARGN})
    get_property(declared GLOBAL PROPERTY ROOM_NAMES)
    foreach(dep IN LISTS arg_DEPS)
        if(NOT dep IN_LIST declared)
            message(FATAL_ERROR "room ${name} may only depend on rooms above it, not on ${dep}")
        endif()
    endforeach()
    set_property(GLOBAL APPEND PROPERTY ROOM_NAMES ${name})

    file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/${name}/*.c")
    if(NOT sources)
        return()
    endif()
    string(REPLACE "/" "_" target "room_${name}")
    add_library(${target} OBJECT ${sources})
    target_link_libraries(${target} PRIVATE flags PkgConfig::LIBS)
    foreach(dep IN LISTS arg_DEPS)
        string(REPLACE "/" "_" dep "room_${dep}")
        if(TARGET ${dep})
            target_link_libraries(${target} PRIVATE ${dep})
        endif()
    endforeach()
    set_property(GLOBAL APPEND PROPERTY ROOMS ${target})
endfunction()

# Links every room's objects into an executable.
function(link_rooms target)
    get_property(rooms GLOBAL PROPERTY ROOMS)
    foreach(room IN LISTS rooms)
        target_sources(${target} PRIVATE $<TARGET_OBJECTS:${room}>)
    endforeach()
    target_link_libraries(${target} PRIVATE flags PkgConfig::LIBS Threads::Threads m)
endfunction()

# The same objects as one archive, for tests: each takes only the members that it calls, so that
# linking some sixty executables stays quick.
function(rooms_archive target)
    get_property(rooms GLOBAL PROPERTY ROOMS)
    if(NOT rooms)
        return()
    endif()
    list(TRANSFORM rooms REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>")
    add_library(${target} STATIC ${rooms})
    target_link_libraries(${target} PUBLIC flags PkgConfig::LIBS Threads::Threads m)
endfunction()
