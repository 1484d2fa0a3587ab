# SPDX-License-Identifier: MIT
# Language, warnings, hardening and instrumentation, for every target of the tree.

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Debug CACHE STRING "" FORCE)
endif()
set(CMAKE_C_FLAGS_DEBUG "-O1 -g")
set(CMAKE_C_FLAGS_RELEASE "-O2")

add_library(flags INTERFACE)
target_include_directories(flags INTERFACE "${CMAKE_SOURCE_DIR}/src")
target_compile_definitions(flags INTERFACE _GNU_SOURCE
    RUSHLIGHT_VERSION="${PROJECT_VERSION}" $<$<BOOL:${ARENA_DEBUG}>:ARENA_DEBUG=1>)
# Every file sees these two first: what is banned, and the names of compiler attributes.
foreach(header attr banned)
    file(GLOB found CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/base/${header}.h")
    if(found)
        target_compile_options(flags INTERFACE "SHELL:-include ${found}")
    endif()
endforeach()

# ---- Warnings -----------------------------------------------------------------------------------
set(warnings
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wformat=2 -Wundef -Wvla
    -Walloca -Wcast-qual -Wpointer-arith -Wwrite-strings -Wstrict-prototypes -Wmissing-prototypes
    -Wold-style-definition -Wredundant-decls -Wnested-externs -Wswitch-enum -Wnull-dereference
    -Wdouble-promotion -Wimplicit-fallthrough -Wunused-macros -Wbad-function-cast -Wdate-time
    -Werror=implicit -Werror=incompatible-pointer-types -Werror=int-conversion
    -Werror=return-type)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    list(APPEND warnings
        -Wcast-align=strict -Wformat-overflow=2 -Wformat-truncation=2 -Wformat-signedness
        -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wjump-misses-init -Walloc-zero
        -Wtrampolines -Wstringop-overflow=4 -Wunused-const-variable=2 -Wshift-overflow=2)
    if(NOT SANITIZE AND NOT COVERAGE)
        list(APPEND warnings -Wstack-usage=16384)
    endif()
    if(SANITIZE)
        # Instrumented code defeats the data flow these two look at.
        list(REMOVE_ITEM warnings -Wnull-dereference -Wstringop-overflow=4)
        list(APPEND warnings -Wno-maybe-uninitialized -Wno-stringop-overflow)
    endif()
else()
    list(APPEND warnings
        -Wcast-align -Wmissing-variable-declarations -Wassign-enum -Wcomma
        -Wconditional-uninitialized -Wloop-analysis -Wshift-sign-overflow
        -Wunreachable-code-aggressive -Wextra-semi-stmt)
endif()
target_compile_options(flags INTERFACE ${warnings} $<$<BOOL:${WERROR}>:-Werror>)
target_compile_options(flags INTERFACE -fno-common -fvisibility=hidden
    -fno-delete-null-pointer-checks -fno-strict-overflow)

# ---- Release ------------------------------------------------------------------------------------
if(HARDEN)
    target_compile_options(flags INTERFACE
        -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection)
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|amd64|AMD64")
        target_compile_options(flags INTERFACE -fcf-protection=full)
    elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
        target_compile_options(flags INTERFACE -mbranch-protection=standard)
    endif()
    if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
        target_compile_options(flags INTERFACE
            -ftrivial-auto-var-init=zero -fzero-call-used-regs=used-gpr)
    endif()
    include(CheckPIESupported)
    check_pie_supported(LANGUAGES C)
    target_link_options(flags INTERFACE -pie
        "LINKER:-z,relro,-z,now,-z,noexecstack,-z,separate-code,-z,nodlopen"
        "LINKER:--as-needed,--no-copy-dt-needed-entries,--fatal-warnings")
    # Tables of strings are most of the relocations: a bitmap of them takes a twentieth of the room.
    include(CheckLinkerFlag)
    check_linker_flag(C "LINKER:-z,pack-relative-relocs" relative_relocations_pack)
    if(relative_relocations_pack)
        target_link_options(flags INTERFACE "LINKER:-z,pack-relative-relocs")
    endif()
    include(CheckIPOSupported)
    check_ipo_supported(RESULT lto_works LANGUAGES C)
    if(lto_works)
        set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
    endif()
endif()

# ---- Instrumentation ----------------------------------------------------------------------------
if(FUZZ)
    if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
        message(FATAL_ERROR "FUZZ needs clang: cmake --preset fuzz")
    endif()
    set(SANITIZE "address,undefined")
    target_compile_options(flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(SANITIZE)
    target_compile_options(flags INTERFACE
        -fsanitize=${SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(flags INTERFACE -fsanitize=${SANITIZE})
endif()
if(COVERAGE)
    target_compile_options(flags INTERFACE --coverage -fprofile-update=atomic)
    target_link_options(flags INTERFACE --coverage)
endif()
