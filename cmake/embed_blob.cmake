# SPDX-License-Identifier: MIT
# An assembler file that pulls a file in as `const unsigned char SYMBOL[]`, `const size_t SYMBOL_len`.
# An empty INPUT gives no bytes.
#   cmake -DINPUT=file -DSYMBOL=name -DOUTPUT=name.S -P cmake/embed_blob.cmake
if(INPUT)
    get_filename_component(path "${INPUT}" ABSOLUTE)
    set(bytes ".incbin \"${path}\"")
endif()
file(WRITE "${OUTPUT}" "// Made by cmake/embed_blob.cmake; not for editing.
#if defined(__CET__)
#include <cet.h>
#endif
    .section .rodata
    .balign 16
    .global ${SYMBOL}
    .hidden ${SYMBOL}
    .type ${SYMBOL}, %object
${SYMBOL}:
    ${bytes}
.Lend:
    .size ${SYMBOL}, . - ${SYMBOL}
    .balign 8
    .global ${SYMBOL}_len
    .hidden ${SYMBOL}_len
    .type ${SYMBOL}_len, %object
${SYMBOL}_len:
    .quad .Lend - ${SYMBOL}
    .size ${SYMBOL}_len, 8
    .section .note.GNU-stack,\"\",%progbits
")
